import { setImmediate } from "node:timers/promises";
import { RoundTurns } from "../../bounds/round-turns.ts";
import { type Asker, Turns } from "../../bounds/turns.ts";

/** What a piece of a body counts as at least, for that is what it costs to take one. */
export const pieceBytesMin = 1024;
/** How much of all bodies is taken in a round. */
const roundBytesMax = 1024 * 1024;
/** How much is read of a connection in one go. */
const readBytesMax = 64 * 1024;
/** For how long requests are begun in a round, in milliseconds. */
const roundMsMax = 20;

/**
 * The process serves in rounds, as its event loop goes round. All that arrives at once is done in one, and until then nobody
 * else is heard: so much of it waits for the next ones.
 */
class Rounds {
  readonly #requests = new RoundTurns(roundMsMax);
  /** Each is read once in a round, and all of them together as much as a round may take. */
  readonly #readers = new Turns(roundBytesMax / readBytesMax);
  #reading = 0;
  #bytes = 0;
  #hasBegun = false;

  /**
   * Counts a piece of a body that was taken: of a fast sender's socket 2 MiB are read in one go, and of many of them all that
   * there is. Where much was taken it resolves in another round, when it is this one's turn; until then no more is to be taken
   * of it. Rejects with the reason of a departure before.
   */
  take(bytes: number, asker: Asker): Promise<void> | undefined {
    this.#begin();
    this.#bytes += Math.max(bytes, pieceBytesMin);
    // Whoever comes while others wait has no more right to what is left of the round.
    return this.#bytes > roundBytesMax || this.#reading > 0 ? this.#read(asker) : undefined;
  }

  async #read(asker: Asker): Promise<void> {
    this.#reading += 1;
    try {
      await this.#readers.take(() => setImmediate(), asker);
    } finally {
      this.#reading -= 1;
    }
  }

  /** Asked before a request that has arrived is read and done, which may take the process for long, however small it is. */
  turn(asker: Asker): Promise<void> | undefined {
    return this.#requests.turn(asker);
  }

  #begin(): void {
    this.#requests.begin();
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    this.#end();
  }

  async #end(): Promise<void> {
    await setImmediate();
    this.#hasBegun = false;
    this.#bytes = 0;
  }
}

/** Those of the process. */
export const rounds = new Rounds();
