import { Gathered } from "./gathered.ts";
import { Holding, Share } from "./unfinished.ts";

/** A share that says how much of it is taken. */
class Taken extends Share {
  bytes = 0;

  override add(bytes: number): void {
    super.add(bytes);
    this.bytes += bytes;
  }
}

function gather(bytesMax: number) {
  const share = new Taken(2 * bytesMax);
  const gathered = new Gathered(new Holding([share], 0));
  return { gathered, share, memory: () => gathered.bytes().buffer.byteLength };
}

/** A piece of what was read from a connection at once. */
const piece = (bytes: Uint8Array) => {
  const read = Buffer.alloc(64 * 1024);
  read.set(bytes, 1_000);
  return read.subarray(1_000, 1_000 + bytes.length);
};

it.each([1, 7, 1_000, 16_384])("keeps and counts what has come in pieces of %d bytes", (size) => {
  const whole = Buffer.from(Array.from({ length: 50_000 }, (_, at) => at % 251));
  const { gathered, share, memory } = gather(whole.length);
  for (let at = 0; at < whole.length; at += size) {
    gathered.add(piece(whole.subarray(at, at + size)), whole.length);
    expect(gathered.length).toBe(Math.min(at + size, whole.length));
    expect(share.bytes).toBeGreaterThanOrEqual(gathered.length);
    expect(share.bytes).toBeLessThanOrEqual(2 * gathered.length);
    // Node makes small buffers out of a common one.
    if (gathered.length > Buffer.poolSize) expect(memory()).toBe(share.bytes);
  }
  expect(Buffer.from(gathered.bytes()).equals(whole)).toBe(true);
  expect(share.bytes).toBe(whole.length);
});

it("does not copy what comes at once, and does not keep more for it", () => {
  const at = (bytes: Buffer) => {
    const { gathered } = gather(bytes.length);
    gathered.add(bytes, bytes.length);
    return gathered.bytes().buffer;
  };
  const large = Buffer.alloc(40_000);
  expect(at(large)).toBe(large.buffer);
  const small = piece(Buffer.alloc(10_000));
  expect(at(small).byteLength).toBe(10_000);
});

it("takes nothing where there is no room", () => {
  const { gathered, share } = gather(1_000);
  gathered.add(Buffer.alloc(900), 5_000);
  expect(() => gathered.add(Buffer.alloc(200), 5_000)).toThrow("too many requests have begun");
  expect({ length: gathered.length, counted: share.bytes }).toEqual({ length: 900, counted: 900 });
});
