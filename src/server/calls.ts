import { constants } from "node:http2";
import type { DescMethod } from "@bufbuild/protobuf";
import { Code, type ConnectError, type ContextValues } from "@connectrpc/connect";
import { Places } from "../bounds/places.ts";
import { codeName, reasonOf } from "../errors/explained.ts";
import type { HttpRequest } from "./http.ts";
import type { Refusal } from "./status.ts";
import type { Carrier } from "./unread-answer.ts";

/** How a call came in; `unknown` where what came was no request that says so. */
export const protocols = ["grpc", "grpc-web", "connect", "rest", "unknown"] as const;
export type Protocol = (typeof protocols)[number];

/** The code of a call that succeeded, as google.rpc.Code has it; Connect has none for it. */
const ok = 0;

/** A call that has ended, with an answer or because nobody waits for one any more. */
export interface CallEnd {
  /** Undefined where the request named no method that there is. */
  readonly method: DescMethod | undefined;
  readonly protocol: Protocol;
  /** 0 for one that succeeded. */
  readonly code: Code | typeof ok;
  /** Of the error's ErrorInfo. */
  readonly reason: string | undefined;
  /** From its headers until its answer was written. */
  readonly durationMs: number;
  /** Empty where its request could not be read. */
  readonly requestId: string;
  /** The caller's IP address; empty where its connection was gone. */
  readonly address: string;
  /** What has travelled with the call, who calls among it; undefined where it never got so far. */
  readonly values: ContextValues | undefined;
  /** How it was asked over REST, where it was answered. */
  readonly rest: RestFacts | undefined;
  /** A field of the request's headers. */
  header(name: string): string | undefined;
}

/** How a call was asked over REST. */
export interface RestFacts {
  readonly httpMethod: string;
  /** The template of its path, which names nobody; undefined where the path leads nowhere. */
  readonly route: string | undefined;
  /** Of the answer. */
  readonly status: number;
}

/** Is told of every call when it ends. It must not keep the end itself, which may be the call. */
export interface CallObserver {
  ended(call: CallEnd): void;
}

/** A call that has begun and not ended. */
export interface RunningCall {
  readonly protocol: Protocol;
  /** Ends it before its answer, with an error for its caller. */
  cutOff(error: ConnectError): void;
}

/** The one place where the calls of every protocol begin and end. */
export class Calls {
  readonly #observers: readonly CallObserver[];
  readonly #inFlight: Int32Array = new Int32Array(protocols.length);
  readonly #running = new Places<RunningCall>();

  constructor(observers: readonly CallObserver[] = []) {
    this.#observers = observers;
  }

  /** How many have begun and not ended. */
  inFlight(protocol: Protocol): number {
    return this.#inFlight[protocols.indexOf(protocol)] ?? 0;
  }

  /** Answers the place that it has until it ends. */
  begin(call: RunningCall): number {
    this.#count(call.protocol, 1);
    return this.#running.add(call);
  }

  /** Called once for each that began. */
  end(call: CallEnd, place: number): void {
    this.#running.delete(place);
    this.#count(call.protocol, -1);
    this.#tell(call);
  }

  /** Ends whatever runs. */
  cutOff(error: ConnectError): void {
    for (const call of this.#running) call.cutOff(error);
  }

  /** A request that was refused before anybody looked at what it calls. */
  refused({ code, reason }: Refusal, { address, requestId = "" }: UnreadRequest): void {
    this.#tell({ ...unread, code, reason, address, requestId });
  }

  #count(protocol: Protocol, change: 1 | -1): void {
    const index = protocols.indexOf(protocol);
    this.#inFlight[index] = (this.#inFlight[index] ?? 0) + change;
  }

  #tell(call: CallEnd): void {
    for (const observer of this.#observers) observer.ended(call);
  }
}

/** What is known of a request that nobody has looked at. */
interface UnreadRequest {
  readonly address: string;
  readonly requestId?: string;
}

const unread = {
  method: undefined,
  protocol: "unknown",
  durationMs: 0,
  values: undefined,
  rest: undefined,
  header: () => undefined,
} as const;

/** A call by a node request and response. It ends when its answer is written, or its carrier closed. */
export class HttpCall implements CallEnd, RunningCall {
  readonly protocol: Protocol;
  readonly requestId: string;
  readonly address: string;
  values: ContextValues | undefined = undefined;
  rest: RestFacts | undefined = undefined;
  readonly #request: HttpRequest;
  readonly #lasts: () => void;
  #method: DescMethod | undefined;
  /** What ends it before its answer, where somebody knows how. */
  context: { abort(error: ConnectError): void } | undefined = undefined;
  readonly #place: number;
  readonly #calls: Calls;
  readonly #sinceMs = performance.now();
  #durationMs: number | undefined;
  #code: CallEnd["code"] = ok;
  #reason: string | undefined;

  constructor(
    calls: Calls,
    of: Pick<CallEnd, "protocol" | "requestId" | "address"> & {
      readonly request: HttpRequest;
      readonly carrier: Carrier;
      /** Called where what is called may go on for as long as its client likes. */
      readonly lasts: () => void;
    },
  ) {
    this.#calls = calls;
    this.#request = of.request;
    this.#lasts = of.lasts;
    this.protocol = of.protocol;
    this.requestId = of.requestId;
    this.address = of.address;
    this.#place = calls.begin(this);
    const { carrier } = of;
    // Node finishes an HTTP/2 stream that was reset, too, as if all of it were written.
    carrier.once("finish", () => (isReset(carrier) ? this.#leave() : this.#end()));
    carrier.once("close", () => this.#leave());
  }

  get method(): DescMethod | undefined {
    return this.#method;
  }

  /** Set once it is known. */
  set method(method: DescMethod) {
    this.#method = method;
    if (method.methodKind !== "unary") this.#lasts();
  }

  get code(): CallEnd["code"] {
    return this.#code;
  }

  get reason(): string | undefined {
    return this.#reason;
  }

  get durationMs(): number {
    return this.#durationMs ?? performance.now() - this.#sinceMs;
  }

  header(name: string): string | undefined {
    const value = this.#request.headers[name];
    return typeof value === "string" ? value : undefined;
  }

  /** Notes why it fails, before its caller is told. Of several reasons the last is the one that is told. */
  fail(error: ConnectError | Refusal): void {
    this.#code = error.code;
    this.#reason = "reason" in error ? error.reason : reasonOf(error);
  }

  cutOff(error: ConnectError): void {
    this.context?.abort(error);
  }

  #leave(): void {
    if (this.#durationMs !== undefined) return;
    if (this.#code === ok) {
      this.#code = Code.Canceled;
      this.#reason = codeName(Code.Canceled);
    }
    this.#end();
  }

  #end(): void {
    if (this.#durationMs !== undefined) return;
    this.#durationMs = performance.now() - this.#sinceMs;
    this.#calls.end(this, this.#place);
  }
}

function isReset(carrier: Carrier): boolean {
  return "rstCode" in carrier && carrier.rstCode !== constants.NGHTTP2_NO_ERROR;
}
