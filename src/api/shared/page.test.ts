import { errorOf } from "./errors.ts";
import { readPage, uncutOf, unpagedOf } from "./page.ts";

interface Row {
  readonly place: number;
  readonly text: string;
}

const rowsOf = (count: number, bytesEach: number): Row[] =>
  Array.from({ length: count }, (_, index) => ({ place: index + 1, text: "x".repeat(bytesEach) }));

/** A listing of these rows that notes how much each query held. */
function listingOf(rows: readonly Row[], rowsMax: number, past?: number) {
  const reads: number[] = [];
  const read = async (past: number | undefined, most: number) => {
    const found = rows.filter(({ place }) => place > (past ?? 0)).slice(0, most);
    reads.push(found.reduce((sum, { text }) => sum + text.length, 0));
    return found;
  };
  return {
    reads,
    listing: { rowsMax, past, read, placeOf: ({ place }: Row) => place, message: ({ text }: Row) => text },
  };
}

const mebibyte = 1024 * 1024;

describe("readPage", () => {
  it("ends where a listing has looked at enough, without a row where it has found none", async () => {
    const portions = [
      { rows: [{ place: 3, text: "x" }], lookedTo: 100 },
      { rows: [], lookedTo: 200 },
      { rows: [], lookedTo: undefined },
    ];
    const { listing } = listingOf([], 10);
    const read = async () => portions.shift() ?? [];
    expect(await readPage({ ...listing, read })).toEqual({ messages: ["x"], next: 100, isCut: false });
    expect(await readPage({ ...listing, read })).toEqual({ messages: [], next: 200, isCut: false });
    expect((await readPage({ ...listing, read })).next).toBeUndefined();
  });

  it.each([0, 1, 127, 128, 129, 999, 1_000])("answers all of %i rows, and no token", async (count) => {
    const page = await readPage(listingOf(rowsOf(count, 10), 1_000).listing);
    expect([page.messages.length, page.next, page.isCut]).toEqual([count, undefined, false]);
  });

  it("ends after as many rows as were asked for where more follow", async () => {
    const page = await readPage(listingOf(rowsOf(301, 10), 300).listing);
    expect([page.messages.length, page.next, page.isCut]).toEqual([300, 300, false]);
  });

  it("reads no more rows at once than the largest of them allow, whatever the first ones were", async () => {
    const small = rowsOf(600, 10);
    const large = rowsOf(1_000, 100_000).slice(600);
    const { listing, reads } = listingOf([...small, ...large], 10_000);
    const page = await readPage(listing);
    expect(page.isCut).toBe(true);
    expect(Math.max(...reads)).toBeLessThan(128 * 100_001);
  });

  it("ends early where the rows are large, and goes on to the last", async () => {
    const rows = rowsOf(900, 16_384);
    let seen = 0;
    for (let past: number | undefined; ; ) {
      const { listing, reads } = listingOf(rows, 1_000, past);
      const page = await readPage(listing);
      seen += page.messages.length;
      expect(page.messages.length * 16_384).toBeLessThanOrEqual(3 * mebibyte);
      // What is read is bounded too.
      expect(reads.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(6 * mebibyte);
      if (page.next === undefined) break;
      past = page.next;
    }
    expect(seen).toBe(900);
  });

  it("answers one row however large it is", async () => {
    const page = await readPage(listingOf(rowsOf(2, 4 * mebibyte), 10).listing);
    expect([page.messages.length, page.next, page.isCut]).toEqual([1, 1, true]);
  });

  it("refuses what has no pages, or pages by number, and does not fit", async () => {
    const cut = await readPage(listingOf(rowsOf(900, 16_384), 1_000).listing);
    const { rawMessage } = errorOf({ reason: "RESULT_TOO_LARGE", rowsMax: cut.messages.length });
    expect(() => unpagedOf(cut)).toThrow(rawMessage);
    expect(() => uncutOf(cut)).toThrow("ask for fewer at once");
    const whole = await readPage(listingOf(rowsOf(301, 10), 300).listing);
    expect(() => unpagedOf(whole)).toThrow("more than 300 rows");
    expect(uncutOf(whole)).toHaveLength(300);
  });
});
