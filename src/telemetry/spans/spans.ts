import { randomUUID } from "node:crypto";
import { SpanKind } from "@opentelemetry/api";
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from "@opentelemetry/resources";
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  SamplingDecision,
  TraceIdRatioBasedSampler,
} from "@opentelemetry/sdk-trace-base";
import type { Logger } from "pino";
import type { TracesConfig } from "../../config/traces.ts";
import type { Traces } from "../traces.ts";
import { CallSpans } from "./call-spans.ts";
import { CollectorExporter } from "./exporter.ts";

/** How long a stop waits for the collector to take what has ended. */
const stopMsMax = 3_000;

export function createTraces(
  { url, serviceName, ...sampling }: TracesConfig,
  { version, log }: { readonly version: string; readonly log: Logger },
): Traces {
  const exporter = new CollectorExporter(url, log);
  const own = {
    ...{ "service.name": serviceName, "service.version": version },
    ...{ "service.instance.id": randomUUID(), "process.pid": process.pid },
  };
  const provider = new BasicTracerProvider({
    resource: defaultResource()
      .merge(detectResources({ detectors: [envDetector] }))
      .merge(resourceFromAttributes(own)),
    sampler: withBatches(samplerOf(sampling)),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  const spans = new CallSpans(provider.getTracer("tallystick", version));
  return {
    begin: (arrival) => spans.begin(arrival),
    ended: (call) => spans.ended(call),
    settled: (batch) => spans.settled(batch),
    traceIdOf: (call) => spans.traceIdOf(call),
    get figures() {
      return { ended: spans.endedCount, exported: exporter.exported, failed: exporter.failed };
    },
    stop: () => withinStop(provider.shutdown()),
  };
}

function samplerOf({ sampler, ratio }: Pick<TracesConfig, "sampler" | "ratio">): Sampler {
  switch (sampler) {
    case "always_on":
      return new AlwaysOnSampler();
    case "always_off":
      return new AlwaysOffSampler();
    case "traceidratio":
      return new TraceIdRatioBasedSampler(ratio);
    case "parentbased_always_on":
      return new ParentBasedSampler({ root: new AlwaysOnSampler() });
    case "parentbased_always_off":
      return new ParentBasedSampler({ root: new AlwaysOffSampler() });
    case "parentbased_traceidratio":
      return new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) });
  }
}

/** A batch begins a trace of its own, of which there is a span where there is one of a call in it. */
function withBatches(calls: Sampler): Sampler {
  return {
    shouldSample(context, traceId, name, kind, attributes, links) {
      if (kind === SpanKind.INTERNAL) return { decision: SamplingDecision.RECORD_AND_SAMPLED };
      return calls.shouldSample(context, traceId, name, kind, attributes, links);
    },
    toString: () => String(calls),
  };
}

async function withinStop(stopped: Promise<void>): Promise<void> {
  let patience: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    patience = setTimeout(resolve, stopMsMax);
  });
  // That the collector is away was said when it did not take them.
  await Promise.race([stopped.catch(() => undefined), over]);
  clearTimeout(patience);
}
