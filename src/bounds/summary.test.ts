import { Summary, type SummaryRecord } from "./summary.ts";

let written: SummaryRecord[];
let summary: Summary;
beforeEach(() => {
  jest.useFakeTimers();
  written = [];
  summary = new Summary((record) => written.push(record));
});
afterEach(() => jest.useRealTimers());

it("tells of the first event at once, and of what follows within a second together", () => {
  summary.note("failed", { addresses: "a" });
  expect(written).toEqual([{ failed: 1, addresses: ["a"] }]);
  for (let count = 0; count < 300; count += 1) summary.note("failed", { addresses: "b", ids: undefined });
  summary.note("refused", { addresses: "c" });
  expect(written).toHaveLength(1);
  jest.advanceTimersByTime(1_000);
  expect(written.slice(1)).toEqual([{ failed: 300, refused: 1, addresses: ["b", "c"] }]);
});

it("writes one record a second at most, however long it goes on, and none for what did not happen", () => {
  for (let ms = 0; ms < 10_000; ms += 10) {
    summary.note("failed", {});
    jest.advanceTimersByTime(10);
  }
  expect(written.length).toBeLessThanOrEqual(11);
  jest.advanceTimersByTime(10_000);
  const told = written.length;
  jest.advanceTimersByTime(10_000);
  expect(written).toHaveLength(told);
  expect(written.reduce((sum, record) => sum + Number(record["failed"]), 0)).toBe(1_000);
  summary.note("failed", {});
  expect(written).toHaveLength(told + 1);
});

it("names a few of those whom it is about", () => {
  summary.note("failed", {});
  for (let count = 0; count < 100; count += 1) summary.note("failed", { addresses: `a${count}` });
  jest.advanceTimersByTime(1_000);
  expect(written[1]).toEqual({ failed: 100, addresses: ["a0", "a1", "a2", "a3", "a4"] });
});
