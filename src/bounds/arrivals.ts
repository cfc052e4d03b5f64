import { setImmediate } from "node:timers/promises";

/** For how long others wait for them at a time, in milliseconds. */
const comingMsMax = 20;

/**
 * Connections that come one behind another. Of all that wait to be taken node takes one in a round of the event loop: where rounds
 * are long because there is much to do, whoever comes new would wait for seconds behind some who only come and go.
 */
class Arrivals {
  #areComing = false;
  #isLooking = false;
  #hasCome = false;
  #restUntilMs = 0;

  /** Whether there are such now, so that rounds are to be short: what may wait is to wait. */
  get areComing(): boolean {
    return this.#areComing;
  }

  /** Called for each that is taken. */
  note(): void {
    this.#hasCome = true;
    if (this.#isLooking || performance.now() < this.#restUntilMs) return;
    this.#isLooking = true;
    void this.#look();
  }

  /** They have half of the time at the most. */
  async #look(): Promise<void> {
    // To the end of the round in which one was taken, and then of the next.
    await setImmediate();
    this.#hasCome = false;
    await setImmediate();
    const sinceMs = performance.now();
    let ms = 0;
    while (this.#hasCome && ms < comingMsMax) {
      this.#areComing = true;
      this.#hasCome = false;
      await setImmediate();
      ms = performance.now() - sinceMs;
    }
    this.#areComing = false;
    this.#isLooking = false;
    this.#restUntilMs = sinceMs + 2 * ms;
  }
}

/** Those of the process. */
export const arrivals = new Arrivals();
