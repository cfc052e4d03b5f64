import { emptyFeed, type Feed, nextPauseMs, resumed, rowsMax, withNew } from "./feed.ts";

const begun: Feed<number> = emptyFeed;

it("shows the newest first, and no more than so many", () => {
  const feed = withNew(withNew(begun, [1, 2], false), [3], false);
  expect(feed).toEqual({ shown: [3, 2, 1], waiting: [], waitingCount: 0, count: 3 });
  const many = Array.from({ length: rowsMax + 5 }, (_, index) => index);
  const full = withNew(feed, many, false);
  expect(full.shown).toHaveLength(rowsMax);
  expect(full.shown[0]).toBe(rowsMax + 4);
  expect(full.count).toBe(rowsMax + 8);
});

it("keeps what comes while it is paused, and shows it when it goes on", () => {
  const paused = withNew(withNew(withNew(begun, [1], false), [2, 3], true), [4], true);
  expect(paused).toEqual({ shown: [1], waiting: [4, 3, 2], waitingCount: 3, count: 4 });
  expect(resumed(paused)).toEqual({ shown: [4, 3, 2, 1], waiting: [], waitingCount: 0, count: 4 });
  expect(withNew(paused, [], true)).toBe(paused);
});

it("asks again at once behind a full page, soon while something comes, and more and more seldom", () => {
  expect(nextPauseMs(5_000, { rows: 100, isFull: true })).toBe(0);
  expect(nextPauseMs(5_000, { rows: 1, isFull: false })).toBe(1_000);
  expect(nextPauseMs(0, { rows: 0, isFull: false })).toBe(1_000);
  expect(nextPauseMs(4_000, { rows: 0, isFull: false })).toBe(6_000);
  expect(nextPauseMs(14_000, { rows: 0, isFull: false })).toBe(15_000);
});
