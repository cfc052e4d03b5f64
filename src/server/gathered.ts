import type { Holding } from "./unfinished.ts";

/** What is smaller is copied into common memory, of which so much is taken at once at most. */
const blockBytes = 32 * 1024;

/**
 * The bytes of one request as they arrive. What is counted is the memory that they take: a list of all chunks would keep an
 * object for each, and behind it all that was read from the connection at once.
 */
export class Gathered {
  readonly #holding: Holding;
  #pieces: Uint8Array[] = [];
  /** What is free of the last piece. */
  #room: Uint8Array = none;
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
    const rest = this.#room.length === 0 ? chunk : this.#fill(chunk);
    if (rest.length === 0) return;
    if (isWorthKeeping(rest)) {
      this.#holding.add(rest.length);
      this.#pieces.push(rest);
      this.#length += rest.length;
    } else {
      const size = Math.max(rest.length, Math.min(this.#length, blockBytes, bytesMax - this.#length));
      this.#holding.add(size);
      this.#room = Buffer.allocUnsafe(size);
      this.#pieces.push(this.#room);
      this.#fill(rest);
    }
  }

  bytes(): Uint8Array<ArrayBuffer> {
    if (this.#pieces.length > 1) this.#pieces = [Buffer.concat(this.#pieces, this.#length)];
    const [{ buffer, byteOffset } = none] = this.#pieces;
    return new Uint8Array(buffer as ArrayBuffer, byteOffset, this.#length);
  }

  /** Copies as much as there is room for; what is left. */
  #fill(bytes: Uint8Array): Uint8Array {
    const taken = bytes.subarray(0, this.#room.length);
    this.#room.set(taken);
    this.#room = this.#room.subarray(taken.length);
    this.#length += taken.length;
    return bytes.subarray(taken.length);
  }
}

const none: Uint8Array = Buffer.alloc(0);

/** Else what is kept of a chunk would be much more than the chunk. */
function isWorthKeeping(chunk: Uint8Array): boolean {
  return chunk.length >= blockBytes / 2 && 2 * chunk.length >= chunk.buffer.byteLength;
}
