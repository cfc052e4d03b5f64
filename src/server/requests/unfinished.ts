import type { ConnectError } from "@connectrpc/connect";
import { exhausted } from "../reasoned.ts";

/** What one connection, one address or the process keeps of requests that have not arrived in full, or of answers that nobody has taken. */
export class Share {
  readonly #bytesMax: number;
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** How much that is now. */
  get kept(): number {
    return this.#bytes;
  }

  /** Half of it is for small ones alone, so that large ones which never end leave room for everybody else's. */
  hasRoom(bytes: number, isSmall: boolean): boolean {
    return this.#bytes + bytes <= (isSmall ? this.#bytesMax : this.#bytesMax / 2);
  }

  add(bytes: number): void {
    this.#bytes += bytes;
  }
}

/** What is kept of one request until that has arrived in full, and was inflated; or of one answer until it was taken. */
export class Holding {
  readonly #shares: readonly Share[];
  readonly #smallBytesMax: number;
  readonly #refusal: () => ConnectError;
  #bytes = 0;

  constructor(
    shares: readonly Share[],
    bounds: { readonly smallBytesMax: number; readonly refusal?: () => ConnectError },
  ) {
    this.#shares = shares;
    this.#smallBytesMax = bounds.smallBytesMax;
    this.#refusal = bounds.refusal ?? tooManyUnfinished;
  }

  /** @throws ConnectError RESOURCE_EXHAUSTED where there is no room for so many bytes more; then nothing is added. */
  add(bytes: number): void {
    const isSmall = this.#bytes + bytes <= this.#smallBytesMax;
    for (const share of this.#shares) if (!share.hasRoom(bytes, isSmall)) throw this.#refusal();
    for (const share of this.#shares) share.add(bytes);
    this.#bytes += bytes;
  }

  /** What was kept is kept no more. */
  release(): void {
    if (this.#bytes === 0) return;
    for (const share of this.#shares) share.add(-this.#bytes);
    this.#bytes = 0;
  }
}

function tooManyUnfinished(): ConnectError {
  const words = "too many requests have begun to arrive and have not ended; send fewer at once";
  return exhausted("TOO_MANY_UNFINISHED_REQUESTS", words);
}

/** What may arrive of a request while nobody reads it counts whole, and large and small alike: so much is not sent yet. */
export function unreadHolding(shares: readonly Share[], bytes: number): Holding {
  const holding = new Holding(shares, { smallBytesMax: Number.POSITIVE_INFINITY, refusal: tooManyWaiting });
  holding.add(bytes);
  return holding;
}

function tooManyWaiting(): ConnectError {
  const words = "too many calls wait for their turn, or for their callers to be looked up; try again";
  return exhausted("OVERLOADED", words);
}
