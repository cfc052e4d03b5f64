import { decimalText, paddedDecimal } from "./decimal.ts";

describe("decimalText", () => {
  it.each([
    ["1000", "1000"],
    ["1000.0000", "1000.0000"],
    ["-0.000000001", "-0.000000001"],
    ["1e3", "1000"],
    ["1.50e3", "1500"],
    ["1.5E-3", "0.0015"],
    ["12e-1", "1.2"],
    ["-1e-9", "-0.000000001"],
    ["0e5", "0"],
    ["0e999999", "0"],
    ["-0e5", "0"],
    ["1.50e0", "1.5"],
    ["1.5E+0", "1.5"],
    ["9007199254740993.000000001", "9007199254740993.000000001"],
  ])("%s is %s", (source, text) => {
    expect(decimalText(source)).toBe(text);
  });

  it.each(["1e65", "1e999999999999", "1".repeat(65), "ten", "01"])("%s is no amount", (source) => {
    expect(decimalText(source)).toBeUndefined();
  });
});

describe("paddedDecimal", () => {
  it.each([
    ["1000", "1000.0000"],
    ["76.6052", "76.6052"],
    ["-0.5", "-0.5000"],
    ["0", "0.0000"],
    ["0.000000001", "0.000000001"],
  ])("%s is printed as %s", (text, printed) => {
    expect(paddedDecimal(text)).toBe(printed);
  });
});
