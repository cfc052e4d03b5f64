import { Code, ConnectError } from "@connectrpc/connect";
import { ErrorInfoSchema, RetryInfoSchema } from "../../gen/google/rpc/error_details_pb.ts";
import { errorDomain } from "../errors/error-domain.ts";

/** What one connection, one address or the process keeps of requests that have not arrived in full, or wait to be inflated. */
export class Share {
  readonly #bytesMax: number;
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Half of it is for small requests alone, so that large ones which never end leave room for everybody else's. */
  hasRoom(bytes: number, isSmall: boolean): boolean {
    return this.#bytes + bytes <= (isSmall ? this.#bytesMax : this.#bytesMax / 2);
  }

  add(bytes: number): void {
    this.#bytes += bytes;
  }
}

/** What is kept of one request until that has arrived in full, and was inflated. */
export class Holding {
  readonly #shares: readonly Share[];
  readonly #smallBytesMax: number;
  #bytes = 0;

  constructor(shares: readonly Share[], smallBytesMax: number) {
    this.#shares = shares;
    this.#smallBytesMax = smallBytesMax;
  }

  /** @throws ConnectError RESOURCE_EXHAUSTED where there is no room for so many bytes more; then nothing is added. */
  add(bytes: number): void {
    const isSmall = this.#bytes + bytes <= this.#smallBytesMax;
    for (const share of this.#shares) if (!share.hasRoom(bytes, isSmall)) throw tooManyUnfinished();
    for (const share of this.#shares) share.add(bytes);
    this.#bytes += bytes;
  }

  /** The request has been read, or is not wanted any more. */
  release(): void {
    if (this.#bytes === 0) return;
    for (const share of this.#shares) share.add(-this.#bytes);
    this.#bytes = 0;
  }
}

function tooManyUnfinished(): ConnectError {
  const words = "too many requests have begun to arrive and have not ended; send fewer at once";
  return new ConnectError(words, Code.ResourceExhausted, undefined, [
    { desc: ErrorInfoSchema, value: { reason: "TOO_MANY_UNFINISHED_REQUESTS", domain: errorDomain } },
    { desc: RetryInfoSchema, value: { retryDelay: { seconds: 1n } } },
  ]);
}
