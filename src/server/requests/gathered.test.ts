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

function gather(roomBytes: number) {
  const share = new Taken(2 * roomBytes);
  return { share, gathered: new Gathered(new Holding([share], { smallBytesMax: 0 })) };
}

/** A part of what was read from a connection at once. */
function partOfRead(bytes: Uint8Array): Uint8Array {
  const read = Buffer.alloc(64 * 1024);
  read.set(bytes, 1_000);
  return read.subarray(1_000, 1_000 + bytes.length);
}

const whole = Buffer.from(Array.from({ length: 200_000 }, (_, at) => at % 251));

it.each([4, 7, 1_000, 16_384, 40_000, 200_000])(
  "keeps and counts what comes in chunks of %d bytes",
  (size) => {
    const { gathered, share } = gather(whole.length);
    let countedMin = Number.POSITIVE_INFINITY;
    let countedMax = 0;
    for (let at = 0; at < whole.length; at += size) {
      gathered.add(whole.subarray(at, at + size), whole.length);
      countedMin = Math.min(countedMin, share.bytes / gathered.length);
      countedMax = Math.max(countedMax, share.bytes / gathered.length);
    }
    expect(countedMin).toBeGreaterThanOrEqual(1);
    expect(countedMax).toBeLessThanOrEqual(2);
    expect(Buffer.from(gathered.bytes()).equals(whole)).toBe(true);
    expect(share.bytes).toBe(whole.length);
  },
);

it("takes so many pieces and no more, however small they are", () => {
  const { gathered } = gather(whole.length);
  for (let at = 0; at < 65_536; at += 1) gathered.add(whole.subarray(at, at + 1), whole.length);
  expect(gathered.length).toBe(65_536);
  expect(() => gathered.add(whole.subarray(0, 1), whole.length)).toThrow("in more than 65536 pieces");
});

it("keeps chunks of all sizes in their order", () => {
  const { gathered } = gather(whole.length);
  const sizes = [1, 50_000, 3, 20_000, 20_000, 1, 1, 60_000, 9, 49_985];
  let at = 0;
  for (const size of sizes) {
    gathered.add(Buffer.from(whole.subarray(at, at + size)), whole.length);
    at += size;
  }
  expect(Buffer.from(gathered.bytes()).equals(whole)).toBe(true);
});

it("copies a chunk behind which there is much more memory, and no other", () => {
  const memoryOf = (chunk: Uint8Array) => {
    const { gathered } = gather(chunk.length);
    gathered.add(chunk, chunk.length);
    return gathered.bytes().buffer;
  };
  const large = Buffer.alloc(40_000);
  expect(memoryOf(large)).toBe(large.buffer);
  expect(memoryOf(partOfRead(Buffer.alloc(20_000))).byteLength).toBe(20_000);
});

it("takes nothing where there is no room", () => {
  const { gathered, share } = gather(1_000);
  gathered.add(Buffer.alloc(900), 5_000);
  expect(() => gathered.add(Buffer.alloc(200), 5_000)).toThrow("too many requests have begun");
  expect({ length: gathered.length, counted: share.bytes }).toEqual({ length: 900, counted: 900 });
});

it("keeps nothing and counts nothing once it is dropped", () => {
  const { gathered, share } = gather(whole.length);
  for (let at = 0; at < whole.length; at += 1_000) gathered.add(whole.subarray(at, at + 1_000), whole.length);
  gathered.drop();
  expect({ length: gathered.length, counted: share.bytes }).toEqual({ length: 0, counted: 0 });
  expect(gathered.bytes()).toEqual(new Uint8Array(0));
});
