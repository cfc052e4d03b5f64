import { setImmediate } from "node:timers/promises";

/** What a piece of a body counts as at least, for that is what it costs to take one. */
export const pieceBytesMin = 1024;
/** How much of all bodies is taken before everybody else is served. */
const roundBytesMax = 1024 * 1024;

/** Bodies are taken in rounds: of a fast sender's socket 2 MiB are read in one go, and of many of them all that there is. */
class Rounds {
  #bytes = 0;

  /** Counts a piece that was taken. Where many have been it resolves when everybody else was served; until then none is to be taken. */
  next(bytes: number): Promise<void> | undefined {
    if (this.#bytes === 0) this.#end();
    this.#bytes += Math.max(bytes, pieceBytesMin);
    return this.#bytes > roundBytesMax ? setImmediate() : undefined;
  }

  async #end(): Promise<void> {
    await setImmediate();
    this.#bytes = 0;
  }
}

/** Those of the process. */
export const rounds = new Rounds();
