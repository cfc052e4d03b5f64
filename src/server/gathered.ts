import type { Holding } from "./unfinished.ts";

/**
 * The bytes of one request as they arrive, in one piece of memory that grows with them. What is counted is that memory: a
 * list of chunks would keep an object for each, and behind it all that was read from the connection at once.
 */
export class Gathered {
  readonly #holding: Holding;
  #memory: Uint8Array = none;
  #length = 0;

  constructor(holding: Holding) {
    this.#holding = holding;
  }

  get length(): number {
    return this.#length;
  }

  /**
   * @param bytesMax as many as there can be in all
   * @throws ConnectError RESOURCE_EXHAUSTED where there is no room for more.
   */
  add(chunk: Uint8Array, bytesMax: number): void {
    const length = this.#length + chunk.length;
    if (this.#length === 0 && length === bytesMax && isMostOfItsMemory(chunk)) {
      this.#holding.add(length);
      this.#memory = chunk;
    } else {
      if (length > this.#memory.length) this.#grow(length, bytesMax);
      this.#memory.set(chunk, this.#length);
    }
    this.#length = length;
  }

  bytes(): Uint8Array<ArrayBuffer> {
    const { buffer, byteOffset } = this.#memory;
    return new Uint8Array(buffer as ArrayBuffer, byteOffset, this.#length);
  }

  #grow(needed: number, bytesMax: number): void {
    const size = Math.max(needed, Math.min(2 * this.#memory.length, bytesMax));
    this.#holding.add(size - this.#memory.length);
    const memory = Buffer.allocUnsafe(size);
    if (this.#length > 0) memory.set(this.#memory.subarray(0, this.#length));
    this.#memory = memory;
  }
}

const none = Buffer.alloc(0);

/** Else what is kept of a chunk would be much more than the chunk. */
function isMostOfItsMemory(chunk: Uint8Array): boolean {
  return 2 * chunk.length >= chunk.buffer.byteLength;
}
