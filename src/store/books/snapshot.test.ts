import { endedSince, hadEndedIn, type Snapshot, upTo } from "./snapshot.ts";

const before: Snapshot = { xmax: 10n, running: [4n, 6n, 9n] };

describe("what ran in one snapshot and had ended in a later one", () => {
  it("is what runs no more", () => {
    expect(endedSince(before, { xmax: 12n, running: [6n, 11n] })).toEqual([4n, 9n]);
  });

  it("is nothing that the later one does not come to, as after a crash", () => {
    expect(endedSince(before, { xmax: 9n, running: [] })).toEqual([4n, 6n]);
  });
});

it.each([
  [3n, true],
  [4n, false],
  [9n, false],
  [10n, false],
])("transaction %s had ended: %s", (xid, hadEnded) => {
  expect(hadEndedIn(before, xid)).toBe(hadEnded);
});

it("a snapshot up to a transaction says nothing of those after it", () => {
  expect(upTo(before, 6n)).toEqual({ xmax: 7n, running: [4n, 6n] });
  expect(upTo(before, 9n)).toEqual(before);
});
