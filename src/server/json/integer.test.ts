import fc from "fast-check";
import { integerText } from "./integer.ts";

describe("integerText", () => {
  it.each([
    ["0", "0"],
    ["-0", "0"],
    ["9007199254740993", "9007199254740993"],
    ["-9223372036854775808", "-9223372036854775808"],
    ["18446744073709551615", "18446744073709551615"],
    ["1.0", "1"],
    ["1.20e2", "120"],
    ["0.5e1", "5"],
    ["0.0005e4", "5"],
    ["100e-2", "1"],
    ["1E+3", "1000"],
    ["0e400", "0"],
    ["0.000", "0"],
  ])("%s is %s", (source, text) => {
    expect(integerText(source)).toBe(text);
  });

  it.each([
    "",
    "1.5",
    "1e400",
    "1e-1",
    "1e21",
    "01",
    "+1",
    " 1",
    "1 ",
    "0x10",
    "NaN",
    "--1",
    "1.",
    ".5",
    "1_0",
    "９",
  ])("%j is none", (source) => {
    expect(integerText(source)).toBeUndefined();
  });

  it("agrees with BigInt on every integer of 64 bits, however it is written", () => {
    const writings = fc.tuple(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }), fc.nat({ max: 15 }));
    fc.assert(
      fc.property(writings, ([value, zeros]) => {
        expect(integerText(`${value}`)).toBe(`${value}`);
        expect(integerText(`${value}${zeros > 0 ? `.${"0".repeat(zeros)}` : ""}`)).toBe(`${value}`);
        fc.pre(value !== 0n);
        expect(integerText(`${value}${"0".repeat(zeros)}e-${zeros}`)).toBe(`${value}`);
      }),
    );
  });
});
