import type { DescMethod } from "@bufbuild/protobuf";
import type { Code, ConnectError, ContextValues } from "@connectrpc/connect";
import { Places } from "../bounds/places.ts";
import type { Refusal } from "./status.ts";

/** How a call came in; `unknown` where what came was no request that says so. */
export const protocols = ["grpc", "grpc-web", "connect", "rest", "unknown"] as const;
export type Protocol = (typeof protocols)[number];

/** The code of a call that succeeded, as google.rpc.Code has it; Connect has none for it. */
export const ok = 0;

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
