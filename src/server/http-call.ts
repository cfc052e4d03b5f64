import { constants } from "node:http2";
import type { DescMethod } from "@bufbuild/protobuf";
import { Code, type ConnectError, type ContextValues } from "@connectrpc/connect";
import { codeName, reasonOf } from "../errors/explained.ts";
import type { Carrier } from "./answers/unread-answer.ts";
import { type CallEnd, type Calls, ok, type Protocol, type RestFacts, type RunningCall } from "./calls.ts";
import type { HttpRequest } from "./http.ts";
import type { Refusal } from "./status.ts";

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
