import { bytesOfWords, pageWithin } from "./pages.ts";

const source = (count: number) => Array.from({ length: count }, (_, index) => ({ n: index, bytes: 10 }));

async function pageOf(
  rows: readonly { n: number; bytes: number }[],
  bounds: { rowsMax: number; bytesMax: number },
) {
  const asked: number[] = [];
  const page = await pageWithin<{ n: number; bytes: number }>(
    bounds,
    async ({ past, rowsMax }) => {
      asked.push(rowsMax);
      const start = past === undefined ? 0 : past.n + 1;
      return rows.slice(start, start + rowsMax);
    },
    ({ bytes }) => bytes,
  );
  return { asked, numbers: page.rows.map(({ n }) => n), hasMore: page.hasMore };
}

describe("a page", () => {
  it("ends with its rows", async () => {
    expect(await pageOf(source(5), { rowsMax: 3, bytesMax: 1_000 })).toMatchObject({
      numbers: [0, 1, 2],
      hasMore: true,
    });
    expect(await pageOf(source(3), { rowsMax: 3, bytesMax: 1_000 })).toMatchObject({
      numbers: [0, 1, 2],
      hasMore: false,
    });
    expect(await pageOf([], { rowsMax: 3, bytesMax: 1_000 })).toMatchObject({ numbers: [], hasMore: false });
  });

  it("ends with its bytes, and never without a row", async () => {
    expect(await pageOf(source(5), { rowsMax: 5, bytesMax: 29 })).toMatchObject({
      numbers: [0, 1],
      hasMore: true,
    });
    expect(await pageOf(source(2), { rowsMax: 5, bytesMax: 1 })).toMatchObject({
      numbers: [0],
      hasMore: true,
    });
  });

  it("is read in chunks, none larger than what is left of it", async () => {
    const { asked, numbers, hasMore } = await pageOf(source(3_000), { rowsMax: 2_500, bytesMax: 1_000_000 });
    expect([asked, numbers.length, hasMore]).toEqual([[1_000, 1_000, 501], 2_500, true]);
    const full = await pageOf(source(3_000), { rowsMax: 2_500, bytesMax: 15_000 });
    expect([full.asked, full.numbers.length]).toEqual([[1_000, 1_000], 1_500]);
  });
});

it("counts words and metadata at their largest", () => {
  const words = { source: "", description: "", userId: "", metadata: {} };
  const plain = bytesOfWords(words);
  const numbers = bytesOfWords({ ...words, metadata: { list: Array.from({ length: 100 }, () => 1) } });
  // A number takes nine bytes in a Struct, and what surrounds it three.
  expect(numbers - plain).toBeGreaterThan(1_200);
  expect(bytesOfWords({ ...words, description: "äöü" }) - plain).toBe(6);
});
