import { randomBytes } from "node:crypto";
import zlib from "node:zlib";
import type { Departure } from "../../bounds/departure.ts";
import type { Encoding } from "../requests/inflate.ts";
import { compress } from "./compress.ts";

const askerOf = (departure: Departure = { aborted: false, reason: undefined }) => ({
  party: "a",
  departure,
});
const text = Buffer.from(
  JSON.stringify(Array.from({ length: 1_000 }, (_, row) => ({ id: row, amount: `${row * 7919}` }))),
);

it.each([
  ["gzip", zlib.gunzipSync],
  ["br", zlib.brotliDecompressSync],
] as const)("compresses with %s", async (encoding, decompress) => {
  const bytes = await compress(text, encoding, askerOf());
  expect(bytes.length).toBeLessThan(text.length / 2);
  expect(decompress(bytes)).toEqual(text);
});

it("compresses with none of brotli's slow qualities", async () => {
  const quick = [0, 1, 2, 3, 4].map((quality) =>
    zlib.brotliCompressSync(text, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: quality } }),
  );
  expect(quick).toContainEqual(Buffer.from(await compress(text, "br", askerOf())));
});

it.each(["gzip", "br"] as Encoding[])(
  "compresses nothing with %s for those who have gone",
  async (encoding) => {
    const gone = new Error("gone");
    const running = [1, 2].map(() => compress(randomBytes(1_000_000), encoding, askerOf()));
    const waiting = compress(text, encoding, askerOf({ aborted: true, reason: gone }));
    await expect(waiting).rejects.toBe(gone);
    await Promise.all(running);
  },
);
