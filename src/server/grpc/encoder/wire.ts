/** More than most messages take. */
const roomBytesFirst = 16 * 1024;
/** What is kept of it from one message to the next. */
const roomBytesKeptMax = 1024 * 1024;
/**
 * Strings up to this length are tried as ASCII, character by character, because a call of the native encoder takes longer.
 * With it their length is one byte.
 */
const asciiLengthMax = 127;

/**
 * Writes the values of protobuf's wire format one behind the other into memory that is used again and again.
 *
 * Whoever writes a message takes a `mark`, writes, takes the bytes and goes back to the mark; so one may even begin
 * while another is under way.
 */
export class Wire {
  readonly #bytesFirst: number;
  #bytes: Buffer;
  #view: DataView;
  #at = 0;

  /** @param bytesFirst the room to begin with; it grows where that is too little. */
  constructor(bytesFirst = roomBytesFirst) {
    this.#bytesFirst = bytesFirst;
    this.#bytes = Buffer.allocUnsafeSlow(bytesFirst);
    this.#view = viewOf(this.#bytes);
  }

  /** Where the next byte goes. */
  get mark(): number {
    return this.#at;
  }

  /** A copy of what was written since a mark. */
  since(mark: number): Buffer<ArrayBuffer> {
    const bytes = Buffer.allocUnsafe(this.#at - mark);
    this.#bytes.copy(bytes, 0, mark, this.#at);
    return bytes;
  }

  /** Forgets what was written since a mark. */
  rewind(mark: number): void {
    this.#at = mark;
    if (mark === 0 && this.#bytes.length > roomBytesKeptMax)
      this.#use(Buffer.allocUnsafeSlow(this.#bytesFirst));
  }

  /** Leaves room, to be written later. Gives back where it begins. */
  skip(bytes: number): number {
    this.#demand(bytes);
    const at = this.#at;
    this.#at += bytes;
    return at;
  }

  /** Begins what has its length before it, in a guessed number of bytes. Gives back where the content begins. */
  open(lengthBytes: number): number {
    return this.skip(lengthBytes) + lengthBytes;
  }

  /** Ends what `open` began. Gives back the number of bytes that the length does take. */
  close(start: number, lengthBytes: number): number {
    const length = this.#at - start;
    const needed = varintBytes(length);
    const at = start - lengthBytes;
    if (needed !== lengthBytes) {
      this.#demand(needed);
      this.#bytes.copyWithin(at + needed, start, this.#at);
    }
    this.#at = this.#put(at, length) + length;
    return needed;
  }

  /** @param value an unsigned integer of 32 bits */
  varint(value: number): void {
    this.#demand(5);
    this.#at = this.#put(this.#at, value);
  }

  /** @param value an integer of 64 bits; a negative one in two's complement */
  varint64(value: bigint): void {
    this.#demand(10);
    // Its bytes come to lie where the varint itself is going to be.
    this.#view.setBigInt64(this.#at, value, true);
    let low = this.#view.getUint32(this.#at, true);
    let high = this.#view.getUint32(this.#at + 4, true);
    while (high > 0) {
      this.#bytes[this.#at++] = (low & 0x7f) | 0x80;
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    this.#at = this.#put(this.#at, low);
  }

  fixed32(value: number): void {
    const at = this.skip(4);
    this.#view.setInt32(at, value, true);
  }

  fixed64(value: bigint): void {
    const at = this.skip(8);
    this.#view.setBigInt64(at, value, true);
  }

  float(value: number): void {
    const at = this.skip(4);
    this.#view.setFloat32(at, value, true);
  }

  double(value: number): void {
    const at = this.skip(8);
    this.#view.setFloat64(at, value, true);
  }

  /** Length and bytes. */
  bytes(value: Uint8Array): void {
    this.varint(value.length);
    const at = this.skip(value.length);
    this.#bytes.set(value, at);
  }

  /** Length and UTF-8. A surrogate without its other half becomes U+FFFD, as it does in a TextEncoder. */
  string(text: string): void {
    if (text.length <= asciiLengthMax && this.#ascii(text)) return;
    const length = Buffer.byteLength(text);
    this.varint(length);
    const at = this.skip(length);
    this.#bytes.write(text, at);
  }

  /** False, with nothing written, where the text is not all ASCII. */
  #ascii(text: string): boolean {
    const { length } = text;
    this.#demand(1 + length);
    const bytes = this.#bytes;
    const start = this.#at + 1;
    for (let index = 0; index < length; index += 1) {
      const unit = text.charCodeAt(index);
      if (unit > 0x7f) return false;
      bytes[start + index] = unit;
    }
    bytes[this.#at] = length;
    this.#at = start + length;
    return true;
  }

  /** Writes a varint of 32 bits where there is room for it. Gives back where it ends. */
  #put(start: number, value: number): number {
    let at = start;
    let rest = value;
    while (rest > 0x7f) {
      this.#bytes[at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[at++] = rest;
    return at;
  }

  #demand(bytes: number): void {
    const needed = this.#at + bytes;
    if (needed > this.#bytes.length) this.#grow(needed);
  }

  #grow(bytesMin: number): void {
    const grown = Buffer.allocUnsafeSlow(Math.max(bytesMin, 2 * this.#bytes.length));
    this.#bytes.copy(grown, 0, 0, this.#at);
    this.#use(grown);
  }

  #use(bytes: Buffer): void {
    this.#bytes = bytes;
    this.#view = viewOf(bytes);
  }
}

function viewOf({ buffer, byteOffset, byteLength }: Buffer): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

/** How many bytes an unsigned integer of 32 bits takes. */
function varintBytes(value: number): number {
  if (value < 2 ** 7) return 1;
  if (value < 2 ** 14) return 2;
  if (value < 2 ** 21) return 3;
  return value < 2 ** 28 ? 4 : 5;
}
