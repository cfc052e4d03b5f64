import type { ServerResponse } from "node:http";
import { constants, type ServerHttp2Stream } from "node:http2";
import { Code, type ConnectError } from "@connectrpc/connect";
import { RetryInfoSchema } from "../../gen/google/rpc/error_details_pb.ts";
import type { HttpResponse } from "./http.ts";
import type { Limits } from "./limits.ts";
import { reasoned } from "./reasoned.ts";
import type { Holding } from "./unfinished.ts";

/** What an answer is written to. */
export type Carrier = ServerHttp2Stream | ServerResponse;

/** For how long an answer is kept for a caller who does not take it. */
type TakingLimits = Pick<Limits, "answerMsMax" | "drainMsMax">;

/** What is kept of one answer, which may be a stream of messages, until its caller has taken it. */
export class UnreadAnswer {
  readonly #carrier: Carrier;
  readonly #holding: Holding;
  readonly #limits: TakingLimits;
  #limit: NodeJS.Timeout | undefined;

  constructor(carrier: Carrier, holding: Holding, limits: TakingLimits) {
    this.#carrier = carrier;
    this.#holding = holding;
    this.#limits = limits;
  }

  /**
   * Counts bytes that are about to be written, beside those that were and are not sent yet.
   *
   * @throws ConnectError RESOURCE_EXHAUSTED where there is no room for them; then they are not to be written.
   */
  keep(bytes: number): void {
    if (this.#carrier.destroyed) return;
    this.#holding.release();
    this.#holding.add(this.#carrier.writableLength + bytes);
    this.bound();
  }

  /** From here on the caller has so much time to take what was or is now written. */
  bound(): void {
    if (this.#limit !== undefined) {
      this.#limit.refresh();
      return;
    }
    if (this.#carrier.destroyed) return;
    const limit = setTimeout(() => this.#look(), this.#limits.answerMsMax);
    this.#limit = limit;
    this.#carrier.once("close", () => {
      clearTimeout(limit);
      this.#holding.release();
    });
  }

  /** Ends an answer that can be neither kept nor told of. */
  cut(): void {
    const carrier = this.#carrier;
    if (!("session" in carrier)) {
      carrier.destroy();
      return;
    }
    const { session } = carrier;
    carrier.close(constants.NGHTTP2_CANCEL);
    // Nobody is told who takes nothing at all from the connection: then it is no use to them.
    const end = setTimeout(() => session?.destroy(), this.#limits.drainMsMax);
    carrier.once("close", () => clearTimeout(end));
  }

  /** A stream that has nothing to say for the time being, such as a health watch, lives on. */
  #look(): void {
    if (this.#carrier.writableLength > 0 || this.#carrier.writableEnded) this.cut();
    else this.#holding.release();
  }
}

/** What a response is written to. */
export function carrierOf(response: HttpResponse): Carrier {
  return "stream" in response ? response.stream : response;
}

export function tooManyUnread(): ConnectError {
  const words =
    "too many answers wait for you to take them, so this one was not kept; what you asked for may have been done: " +
    "read the others, and ask again, with the same key where it has one";
  return reasoned("TOO_MANY_UNREAD_ANSWERS", Code.ResourceExhausted, words, [
    { desc: RetryInfoSchema, value: { retryDelay: { seconds: 1n } } },
  ]);
}
