import type { ServerResponse } from "node:http";
import { constants, type ServerHttp2Stream } from "node:http2";
import type { ConnectError } from "@connectrpc/connect";
import { Places } from "../../bounds/places.ts";
import { cutSession } from "../connections/open-connections.ts";
import type { HttpResponse } from "../http.ts";
import type { Limits } from "../limits.ts";
import { exhausted } from "../reasoned.ts";
import type { Holding } from "../requests/unfinished.ts";

/** What an answer is written to. */
export type Carrier = ServerHttp2Stream | ServerResponse;

/** For how long an answer is kept for a caller who does not take it. */
type TakingLimits = Pick<Limits, "answerMsMax" | "drainMsMax">;

/** The answers that wait to be taken. They are looked at together, for nearly all are taken at once: a timer for each is expensive. */
export class UnreadAnswers {
  readonly limits: TakingLimits;
  readonly #waiting = new Places<UnreadAnswer>();
  #looking: NodeJS.Timeout | undefined;

  constructor(limits: TakingLimits) {
    this.limits = limits;
  }

  add(answer: UnreadAnswer): number {
    this.#looking ??= setInterval(() => this.#look(), Math.min(1_000, this.limits.answerMsMax / 4)).unref();
    return this.#waiting.add(answer);
  }

  delete(place: number): void {
    this.#waiting.delete(place);
  }

  #look(): void {
    const sinceMax = performance.now() - this.limits.answerMsMax;
    for (const answer of this.#waiting) if (answer.since <= sinceMax) answer.look();
  }
}

/** What is kept of one answer, which may be a stream of messages, until its caller has taken it. */
export class UnreadAnswer {
  readonly #carrier: Carrier;
  readonly #holding: Holding;
  readonly #answers: UnreadAnswers;
  #since: number | undefined;
  /** Among those that wait. */
  #place: number | undefined;

  constructor(carrier: Carrier, holding: Holding, answers: UnreadAnswers) {
    this.#carrier = carrier;
    this.#holding = holding;
    this.#answers = answers;
  }

  /** Since when its caller may take what was written. */
  get since(): number {
    return this.#since ?? Number.POSITIVE_INFINITY;
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
    if (this.#carrier.destroyed) return;
    if (this.#since === undefined) this.follow();
    this.#since = performance.now();
    this.#place ??= this.#answers.add(this);
  }

  /** It ends with what it is written to. */
  protected follow(): void {
    this.#carrier.on("close", () => this.end());
  }

  /** It was taken, or never will be. */
  end(): void {
    this.#leave();
    this.#holding.release();
  }

  /** A stream that has nothing to say for the time being, such as a health watch, lives on. */
  look(): void {
    this.#leave();
    if (this.#carrier.writableLength > 0 || this.#carrier.writableEnded) this.cut();
    else this.#holding.release();
  }

  #leave(): void {
    if (this.#place !== undefined) this.#answers.delete(this.#place);
    this.#place = undefined;
  }

  /** Ends an answer that can be neither kept nor told of. */
  cut(): void {
    const carrier = this.#carrier;
    if (!("session" in carrier)) {
      // Of one that waits for its turn node would say nothing, and behind it nothing more can be answered.
      carrier.req.socket.destroy();
      return;
    }
    const { session } = carrier;
    carrier.close(constants.NGHTTP2_CANCEL);
    // Nobody is told who takes nothing at all from the connection: then it is no use to them.
    const end = setTimeout(() => session && cutSession(session), this.#answers.limits.drainMsMax);
    carrier.once("close", () => clearTimeout(end));
  }
}

/** The same for one who follows the carrier already, and says when it ends. */
export class FollowedAnswer extends UnreadAnswer {
  protected override follow(): void {}
}

/** What a response is written to. */
export function carrierOf(response: HttpResponse): Carrier {
  return "stream" in response ? response.stream : response;
}

export function tooManyUnread(): ConnectError {
  const words =
    "too many answers wait for you to take them, so this one was not kept; what you asked for may have been done: " +
    "read the others, and ask again, with the same key where it has one";
  return exhausted("TOO_MANY_UNREAD_ANSWERS", words);
}
