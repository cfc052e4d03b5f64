/** Writes whole numbers, seven bits a byte, the lowest first. */
export class VarintWriter {
  private readonly bytes: number[] = [];

  number(value: bigint | number): this {
    let left = BigInt(value);
    for (; left > 127n; left >>= 7n) this.bytes.push(Number(left & 127n) | 128);
    this.bytes.push(Number(left));
    return this;
  }

  raw(bytes: Uint8Array): this {
    this.bytes.push(...bytes);
    return this;
  }

  done(): Buffer {
    return Buffer.from(this.bytes);
  }
}

/** What was read is not what a writer writes. */
export class Malformed extends Error {
  override readonly name = "Malformed";
}

/** No number here has more bits: PostgreSQL's bigint has no more. */
const bitsMax = 63n;

/** Reads what the writer wrote, and nothing else: each number in its shortest form, and all of the bytes. */
export class VarintReader {
  private offset = 0;

  constructor(private readonly bytes: Uint8Array) {}

  number(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < bitsMax; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 127) << shift;
      if (byte > 127) continue;
      if (byte === 0 && shift > 0n) break;
      return value;
    }
    throw new Malformed("a number in a longer form than it needs");
  }

  /** A number that JavaScript counts exactly. */
  count(): number {
    const value = this.number();
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new Malformed("a count too large");
    return Number(value);
  }

  raw(length: number): Uint8Array {
    const end = this.offset + length;
    if (end > this.bytes.length) throw new Malformed("cut short");
    const bytes = this.bytes.subarray(this.offset, end);
    this.offset = end;
    return bytes;
  }

  end(): void {
    if (this.offset !== this.bytes.length) throw new Malformed("more than was written");
  }

  private byte(): number {
    const [byte = 0] = this.raw(1);
    return byte;
  }
}
