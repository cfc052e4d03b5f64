import fc from "fast-check";
import {
  compared,
  difference,
  isNegative,
  isZero,
  negated,
  pixelValue,
  sum,
  textOf,
  unitsOf,
} from "./decimal.ts";

const largest = 10n ** 28n;
const anyUnits = fc.bigInt({ min: -largest, max: largest });

it("is exact for all that an account can have", () => {
  fc.assert(fc.property(anyUnits, (units) => expect(unitsOf(textOf(units))).toBe(units)));
});

it("adds up as whole numbers do", () => {
  fc.assert(
    fc.property(anyUnits, anyUnits, (one, other) => {
      expect(sum(textOf(one), textOf(other))).toBe(textOf(one + other));
      expect(difference(textOf(one), textOf(other))).toBe(textOf(one - other));
      expect(Math.sign(compared(textOf(one), textOf(other)))).toBe(one < other ? -1 : one > other ? 1 : 0);
    }),
  );
});

it.each([
  ["0.1", "0.2", "0.3"],
  ["9999999999999999999.999999999", "0.000000001", "10000000000000000000"],
  ["1", "-1", "0"],
  ["12.50", "0", "12.5"],
])("%s and %s are %s", (one, other, total) => expect(sum(one, other)).toBe(total));

it.each(["", "1,5", "1e3", "0x10", "1.0000000001", ".5", "5.", "NaN", " 1"])("%j is no amount", (text) => {
  expect(unitsOf(text)).toBeUndefined();
});

it("knows signs", () => {
  expect(["-0.000000001", "0", "-0", "1"].map(isNegative)).toEqual([true, false, false, false]);
  expect(["-0.000000001", "0", "-0", "0.00"].map(isZero)).toEqual([false, true, true, true]);
  expect(["5", "-5", "0", "free"].map(negated)).toEqual(["-5", "5", "0", "free"]);
});

it("places pixels", () => expect(pixelValue("-12.5")).toBe(-12.5));
