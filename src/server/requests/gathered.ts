import type { ConnectError } from "@connectrpc/connect";
import { tooLarge } from "../reasoned.ts";
import type { Holding } from "./unfinished.ts";

/** What is smaller is copied into common memory, of which so much is taken at once at most. */
const blockBytes = 32 * 1024;
/** Each piece in which a request arrives takes a turn of its own: so many of one byte take a tenth of a second. */
export const piecesMax = 65_536;
/** The words for a body, or a message, of more. */
export const tooManyPieces = `arrives in more than ${piecesMax} pieces; send larger ones`;

/**
 * The bytes of one request as they arrive. What is counted is the memory that they take: a list of all chunks would keep an
 * object for each, and behind it all that was read from the connection at once.
 */
export class Gathered {
  readonly #holding: Holding;
  #pieces: Uint8Array[] = [];
  /** The last piece, where it has room. */
  #block: Uint8Array = none;
  #used = 0;
  #length = 0;
  #arrivals = 0;

  readonly #refusal: (words: string) => ConnectError;

  /** @param refusal what is thrown of too many pieces */
  constructor(holding: Holding, refusal = tooLarge) {
    this.#holding = holding;
    this.#refusal = refusal;
  }

  get length(): number {
    return this.#length;
  }

  /**
   * @param bytesMax as many as there can be in all
   * @throws ConnectError RESOURCE_EXHAUSTED where there is no room for more, or where it comes in too many pieces.
   */
  add(chunk: Uint8Array, bytesMax: number): void {
    this.#arrivals += 1;
    if (this.#arrivals > piecesMax) throw this.#refusal(tooManyPieces);
    this.#add(chunk, bytesMax);
  }

  #add(chunk: Uint8Array, bytesMax: number): void {
    const room = this.#block.length - this.#used;
    if (chunk.length <= room) this.#copy(chunk);
    else if (room > 0) {
      this.#copy(chunk.subarray(0, room));
      this.#add(chunk.subarray(room), bytesMax);
    } else if (isWorthKeeping(chunk) || (this.#length === 0 && isTight(chunk))) {
      this.#holding.add(chunk.length);
      this.#pieces.push(chunk);
      this.#length += chunk.length;
    } else {
      const size = Math.max(chunk.length, Math.min(this.#length, blockBytes, bytesMax - this.#length));
      this.#holding.add(size);
      this.#block = Buffer.allocUnsafeSlow(size);
      this.#used = 0;
      this.#pieces.push(this.#block);
      this.#copy(chunk);
    }
  }

  bytes(): Uint8Array<ArrayBuffer> {
    if (this.#pieces.length > 1) this.#pieces = [Buffer.concat(this.#pieces, this.#length)];
    const [{ buffer, byteOffset } = none] = this.#pieces;
    return new Uint8Array(buffer as ArrayBuffer, byteOffset, this.#length);
  }

  /** Neither keeps nor counts any of it any more: what is refused may go on to arrive for long. */
  drop(): void {
    this.#pieces = [];
    this.#block = none;
    this.#used = 0;
    this.#length = 0;
    this.#holding.release();
  }

  #copy(bytes: Uint8Array): void {
    this.#block.set(bytes, this.#used);
    this.#used += bytes.length;
    this.#length += bytes.length;
  }
}

const none: Uint8Array = Buffer.alloc(0);

/** Else what is kept of a chunk would be much more than the chunk. */
function isWorthKeeping(chunk: Uint8Array): boolean {
  return chunk.length >= blockBytes / 2 && isTight(chunk);
}

/** Whether not much more is kept with it: a small body that comes in one piece, as nearly all do over HTTP/1.1, needs no copy. */
function isTight(chunk: Uint8Array): boolean {
  return 2 * chunk.length >= chunk.buffer.byteLength;
}
