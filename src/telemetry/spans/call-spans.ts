import { Code } from "@connectrpc/connect";
import {
  type Context,
  createTraceState,
  type Link,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  type SpanOptions,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import type { SettledBatch } from "../../ledger/batch-observer.ts";
import type { CallEnd } from "../../server/calls.ts";
import { openServices } from "../../server/operations/open-services.ts";
import type { Arrival } from "../../server/requests/admission.ts";
import { readTraceParent } from "../traceparent.ts";
import { attributesOf, nameOf } from "./attributes.ts";

/** Calls that a batch's span leads to. */
const linksMax = 128;

/** Of a server, by OpenTelemetry's conventions for gRPC: the others are the caller's doing. */
const serverFaults: ReadonlySet<number> = new Set([
  ...[
    Code.Unknown,
    Code.DeadlineExceeded,
    Code.Unimplemented,
    Code.Internal,
    Code.Unavailable,
    Code.DataLoss,
  ],
]);

/** A span for each call, and one for each batch in which there is a call that has one. */
export class CallSpans {
  endedCount = 0;
  readonly #tracer: Tracer;
  readonly #rootPart: number;
  /** Of calls that are under way, by what travels with each; undefined of those that are not sent. */
  readonly #spans = new WeakMap<object, Span | undefined>();

  /** @param rootPart of the calls that begin a trace; nobody has its id yet, so chance is as good as the id, and cheaper */
  constructor(tracer: Tracer, rootPart: number) {
    this.#tracer = tracer;
    this.#rootPart = rootPart;
  }

  begin({ method, requestHeader, values }: Pick<Arrival, "method" | "requestHeader" | "values">): void {
    const service = method.parent.typeName;
    if (openServices.has(service)) return;
    const parent = parentOf((name) => requestHeader.get(name) ?? undefined);
    const span = this.#start(service, parent);
    this.#spans.set(values, span?.isRecording() === true ? span : undefined);
  }

  ended(call: CallEnd): void {
    const span = this.#spanOf(call) ?? this.#lateSpanOf(call);
    if (span?.isRecording() !== true) return;
    span.updateName(nameOf(call));
    span.setAttributes(attributesOf(call));
    if (serverFaults.has(call.code)) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
    this.endedCount += 1;
  }

  settled({ batch, operations, lockMs, commitMs, ms }: SettledBatch): void {
    const spans = new Map<Span, number | undefined>();
    for (const { command, since } of batch) {
      const span = command?.by.call && this.#spans.get(command.by.call);
      if (span !== undefined) spans.set(span, since);
    }
    if (spans.size === 0) return;
    const nowMs = performance.now();
    const startMs = nowMs - ms;
    const links = [...spans].slice(0, linksMax).map(([span, since = startMs]): Link => {
      const attributes = { "tallystick.queue.duration": Math.max(0, startMs - since) / 1_000 };
      return { context: span.spanContext(), attributes };
    });
    const settling = this.#tracer.startSpan("settle", {
      kind: SpanKind.INTERNAL,
      root: true,
      startTime: startMs,
      links,
      attributes: {
        "tallystick.organization.id": batch[0]?.orgId,
        "tallystick.batch.commands": batch.length,
        "tallystick.batch.operations": operations,
        "tallystick.batch.lock.duration": lockMs / 1_000,
        "tallystick.batch.commit.duration": commitMs === undefined ? undefined : commitMs / 1_000,
      },
    });
    const context = settling.spanContext();
    for (const span of spans.keys()) span.addLink({ context });
    settling.end(nowMs);
    this.endedCount += 1;
  }

  traceIdOf(call: CallEnd): string | undefined {
    return this.#spanOf(call)?.spanContext().traceId ?? readTraceParent(call.header("traceparent"))?.traceId;
  }

  #spanOf({ values }: CallEnd): Span | undefined {
    return values && this.#spans.get(values);
  }

  /** Of a call that was refused before it came in. Of another that failed none was wanted. */
  #lateSpanOf(call: CallEnd): Span | undefined {
    const isWatching = call.method !== undefined && openServices.has(call.method.parent.typeName);
    const cameIn = call.values !== undefined && this.#spans.has(call.values);
    if (call.code === 0 || isWatching || cameIn) return undefined;
    const startTime = performance.now() - call.durationMs;
    const parent = parentOf((name) => call.header(name));
    return this.#start(nameOf(call), parent, { startTime });
  }

  #start(name: string, parent: Context, options: SpanOptions = {}): Span | undefined {
    if (parent === ROOT_CONTEXT && Math.random() >= this.#rootPart) return undefined;
    return this.#tracer.startSpan(name, { ...options, kind: SpanKind.SERVER }, parent);
  }
}

/** What goes before a call, by its headers. */
function parentOf(header: (name: string) => string | undefined): Context {
  const parent = readTraceParent(header("traceparent"));
  if (parent === undefined) return ROOT_CONTEXT;
  const state = header("tracestate");
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId: parent.traceId,
    spanId: parent.spanId,
    isRemote: true,
    traceFlags: parent.isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
    ...(state !== undefined && { traceState: createTraceState(state) }),
  });
}
