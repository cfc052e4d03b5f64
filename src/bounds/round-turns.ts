import { setImmediate } from "node:timers/promises";
import { arrivals } from "./arrivals.ts";
import { type Asker, Turns } from "./turns.ts";

/**
 * Work that is begun for so long in a round of the event loop, and then in the next ones: until a round is over nobody else is
 * heard. Of what waits each party has its turn.
 */
export class RoundTurns {
  readonly #msMax: number;
  readonly #turns = new Turns(1);
  #waiting = 0;
  #sinceMs: number | undefined;

  /** @param msMax for how long of a round, in milliseconds */
  constructor(msMax: number) {
    this.#msMax = msMax;
  }

  /**
   * Asked before such work. Where others have taken the process for long it resolves when it is this one's turn, and rejects with
   * the reason of a departure before.
   */
  turn(asker: Asker): Promise<void> | undefined {
    const nowMs = this.begin();
    if (this.#waiting === 0 && !arrivals.areComing && !this.#isOver(nowMs)) return undefined;
    return this.inTurn(asker);
  }

  /** The same where others may have had their turn a moment ago and have not begun yet. */
  async inTurn(asker: Asker): Promise<void> {
    this.#waiting += 1;
    try {
      await this.#turns.take(() => this.#untilOthersAreServed(), asker);
    } finally {
      this.#waiting -= 1;
    }
  }

  /** Notes that a round has begun, and answers what time it is. */
  begin(): number {
    const nowMs = performance.now();
    if (this.#sinceMs === undefined) {
      this.#sinceMs = nowMs;
      this.#end();
    }
    return nowMs;
  }

  /** When whoever had the turn before is at the end of what it does in one go, in this round or in the next. */
  async #untilOthersAreServed(): Promise<void> {
    await new Promise<void>((resolve) => process.nextTick(resolve));
    while (arrivals.areComing || this.#isOver(this.begin())) await setImmediate();
  }

  #isOver(nowMs: number): boolean {
    return nowMs - (this.#sinceMs ?? nowMs) > this.#msMax;
  }

  async #end(): Promise<void> {
    await setImmediate();
    this.#sinceMs = undefined;
  }
}
