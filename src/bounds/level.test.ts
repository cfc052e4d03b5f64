import fc from "fast-check";
import { levelOf } from "./level.ts";

it.each([
  [[], Number.POSITIVE_INFINITY],
  [[10, 20, 70], Number.POSITIVE_INFINITY],
  [[200], 100],
  [[100, 100, 100, 100], 25],
  [[10, 30, 500], 60],
  [[500, 10, 60, 60], 30],
])("of %j who want it, where there are 100, is %d", (wants, level) => {
  expect(levelOf(wants, 100)).toBe(level);
});

it("gives away all that there is where that is too little, and no more", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 1_000 })),
      fc.integer({ min: 1, max: 5_000 }),
      (wants, max) => {
        const level = levelOf(wants, max);
        const given = wants.reduce((sum, want) => sum + Math.min(want, level), 0);
        const wanted = wants.reduce((sum, want) => sum + want, 0);
        expect(given).toBeCloseTo(Math.min(wanted, max), 6);
      },
    ),
  );
});
