import Big from "big.js";
import fc from "fast-check";
import { isDouble } from "./double.ts";

it.each([
  ...[
    "0",
    "-0",
    "0.0",
    "0e999999999",
    "1",
    "-1",
    "0.1",
    "1.10",
    "100",
    "1e2",
    "1E+2",
    "10.0e-1",
    "1e300",
    "5e-324",
  ],
  ...[
    "9007199254740991",
    "9007199254740992",
    "9007199254740994",
    "1.7976931348623157e308",
    "0.30000000000000004",
  ],
  ...["1e23", "9007199254740992.0", "105352682074544.62"],
])("a double keeps %s", (source) => {
  expect(isDouble(source)).toBe(true);
});

it.each([
  ...["9007199254740993", "-9007199254740993.0", "9007199254740993e0", "1.00000000000000000001"],
  ...["90071992547409940", "123456789012345678901234567890", "9007199254740993.5"],
  // Whoever looks for the end of its zeros from each of them never ends.
  `0.1${"0".repeat(1_000_000)}1`,
  ...[
    "0.10000000000000001",
    "1152921504606846976",
    "1152921504606847000",
    "105352682074544.63",
    "105352682074544.625",
  ],
  ...["1e400", "-1e400", "1e-400", "0.12345678901234567890", "1e999999999999999999999"],
])("a double does not keep %.40s", (source) => {
  expect(isDouble(source)).toBe(false);
});

it("keeps every number that was a double", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      expect(isDouble(value.toExponential())).toBe(true);
      if (!Number.isInteger(value) || Number.isSafeInteger(value))
        expect(isDouble(JSON.stringify(value))).toBe(true);
    }),
  );
});

it("keeps what it answers with the same digits, and nothing else", () => {
  const digits = fc.stringMatching(/^[1-9]\d{13,17}$/);
  fc.assert(
    fc.property(digits, fc.integer({ min: 0, max: 13 }), (all, point) => {
      const source = `${all.slice(0, point) || "0"}.${all.slice(point)}`.replace(/0+$/, "");
      expect(isDouble(source)).toBe(new Big(String(Number(source))).eq(source));
    }),
  );
});
