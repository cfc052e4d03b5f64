import { setImmediate } from "node:timers/promises";

/** How long other work waits for new connections at a time, in milliseconds. */
const comingMsMax = 20;

/**
 * Notices when new connections arrive one after another. Node accepts one connection in a round of the event loop. Where
 * rounds are long, because there is much to do, a new client would wait for seconds behind others that only connect and leave.
 */
class Arrivals {
  #areComing = false;
  #isLooking = false;
  #hasCome = false;
  #restUntilMs = 0;

  /** Whether connections are arriving now. Work that can wait should wait then, to keep rounds short. */
  get areComing(): boolean {
    return this.#areComing;
  }

  /** Called for each connection that is accepted. */
  note(): void {
    this.#hasCome = true;
    if (this.#isLooking || performance.now() < this.#restUntilMs) return;
    this.#isLooking = true;
    void this.#look();
  }

  /** Gives arrivals half of the time at the most. */
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

/** The arrivals of this process. */
export const arrivals = new Arrivals();
