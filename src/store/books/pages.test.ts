import { FillingPage } from "./pages.ts";

function filled(sizes: readonly number[], bounds: { rowsMax: number; bytesMax: number }): readonly number[] {
  const page = new FillingPage<number>({ ...bounds, bytesOf: (bytes) => bytes });
  for (const size of sizes) if (!page.takes(size)) break;
  return page.rows;
}

it("fills a page up to its rows and its bytes, and never leaves it without a row", () => {
  expect(filled([1, 2, 3, 4], { rowsMax: 3, bytesMax: 100 })).toEqual([1, 2, 3]);
  expect(filled([1, 2, 3, 4], { rowsMax: 9, bytesMax: 100 })).toEqual([1, 2, 3, 4]);
  expect(filled([10, 10, 10], { rowsMax: 9, bytesMax: 29 })).toEqual([10, 10]);
  expect(filled([10, 10, 10], { rowsMax: 9, bytesMax: 1 })).toEqual([10]);
});
