import { setImmediate } from "node:timers/promises";
import { arrivals } from "./arrivals.ts";
import { type Asker, Turns } from "./turns.ts";

/**
 * Begins work for so many milliseconds in one round of the event loop, and the rest in the rounds after it, because nothing
 * else is served until a round is over. Parties whose work waits have their turns.
 */
export class RoundTurns {
  readonly #msMax: number;
  readonly #turns = new Turns(1);
  #waiting = 0;
  #sinceMs: number | undefined;

  /** @param msMax how much of a round the work may take, in milliseconds */
  constructor(msMax: number) {
    this.#msMax = msMax;
  }

  /**
   * Asked before each piece of work. Undefined: it may begin at once. Else the promise resolves when it is the asker's turn,
   * and rejects with the reason of a departure that comes before.
   */
  turn(asker: Asker): Promise<void> | undefined {
    const nowMs = this.begin();
    if (this.#waiting === 0 && !arrivals.areComing && !this.#isOver(nowMs)) return undefined;
    return this.inTurn(asker);
  }

  /** As `turn`, but always waits: others may have got their turn a moment ago and not begun yet. */
  async inTurn(asker: Asker): Promise<void> {
    this.#waiting += 1;
    try {
      await this.#turns.take(() => this.#untilOthersAreServed(), asker);
    } finally {
      this.#waiting -= 1;
    }
  }

  /** Notes that a round has begun, and answers the time. */
  begin(): number {
    const nowMs = performance.now();
    if (this.#sinceMs === undefined) {
      this.#sinceMs = nowMs;
      this.#end();
    }
    return nowMs;
  }

  /** Waits until the one before has done its synchronous work, and for another round where this one is used up. */
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
