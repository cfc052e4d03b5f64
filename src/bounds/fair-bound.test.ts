import { FairBound } from "./fair-bound.ts";

/** Takes as much as there is room for, one after another in turns, and answers what each got. */
function flood(bound: FairBound, count: number): number[] {
  const taken = Array.from({ length: count }, () => 0);
  let isFull = false;
  while (!isFull) {
    isFull = true;
    for (const [index, own] of taken.entries()) {
      if (!bound.hasRoom(own, 1)) continue;
      taken[index] = own + 1;
      bound.taken += 1;
      isFull = false;
    }
  }
  return taken;
}

it.each([
  [1, [50]],
  [2, [33, 33]],
  [4, [20, 20, 20, 20]],
  [9, Array.from({ length: 9 }, () => 10)],
])("gives %i who flood it the same part each, and leaves one as large", (count, parts) => {
  expect(flood(new FairBound(100), count)).toEqual(parts);
});

it("gives whoever has none of it all that is left, and no more", () => {
  const bound = new FairBound(100);
  flood(bound, 4);
  expect([bound.hasRoom(0, 20), bound.hasRoom(0, 21), bound.hasRoom(1, 9), bound.hasRoom(1, 10)]).toEqual([
    ...[true, false, true, false],
  ]);
});

it("gives to one of them again what another has given back", () => {
  const bound = new FairBound(100);
  const [first = 0] = flood(bound, 2);
  bound.taken -= 33;
  expect([bound.hasRoom(first, 17), bound.hasRoom(first, 35)]).toEqual([true, false]);
});
