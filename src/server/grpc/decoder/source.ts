import { getTextEncoding } from "@bufbuild/protobuf/wire";

/** Thrown where a reader does not know what to do. One for all: nobody asks where it was. */
const unusual = new Error("the message is given up");

export function giveUp(): never {
  throw unusual;
}

/** Less than protobuf-es reads. */
const depthMax = 50;
/** Strings up to this length are tried as ASCII, byte by byte, because a call of the native decoder takes longer. */
const asciiLengthMax = 127;

/** The bytes of one message, and what is read off them one behind the other. */
export class Source {
  readonly #bytes: Buffer;
  #at = 0;
  /** Where the message ends that is read. */
  #end: number;
  #depth = 1;

  constructor({ buffer, byteOffset, byteLength }: Uint8Array) {
    this.#bytes = Buffer.from(buffer, byteOffset, byteLength);
    this.#end = byteLength;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#end;
  }

  /** A number of up to 28 bits: a tag, a length, or a value. */
  short(): number {
    return this.#varint(28);
  }

  /** A number of up to 49 bits, as moments and counts are. */
  long(): number {
    return this.#varint(49);
  }

  double(): number {
    const at = this.#skip(8);
    return this.#bytes.readDoubleLE(at);
  }

  /** @throws Error where it is not UTF-8 */
  text(): string {
    const length = this.short();
    const at = this.#skip(length);
    if (length <= asciiLengthMax && this.#isAscii(at)) return this.#bytes.toString("latin1", at, this.#at);
    return getTextEncoding().decodeUtf8(this.#bytes.subarray(at, this.#at), true);
  }

  /** What has its length before it. */
  nested<T>(read: (source: Source) => T): T {
    const length = this.short();
    const outerEnd = this.#end;
    const end = this.#at + length;
    if (end > outerEnd || this.#depth === depthMax) giveUp();
    this.#end = end;
    this.#depth += 1;
    const value = read(this);
    this.#depth -= 1;
    this.#end = outerEnd;
    return value;
  }

  #varint(bits: number): number {
    let value = 0;
    let factor = 1;
    for (let shift = 0; shift < bits; shift += 7) {
      if (this.#at === this.#end) giveUp();
      const byte = this.#bytes[this.#at++] as number;
      if (byte < 0x80) return value + byte * factor;
      value += (byte & 0x7f) * factor;
      factor *= 0x80;
    }
    return giveUp();
  }

  #isAscii(start: number): boolean {
    for (let at = start; at < this.#at; at += 1) if ((this.#bytes[at] as number) > 0x7f) return false;
    return true;
  }

  /** Goes on behind so many bytes. Gives back where they begin. */
  #skip(length: number): number {
    const at = this.#at;
    if (length > this.#end - at) giveUp();
    this.#at = at + length;
    return at;
  }
}
