import fc from "fast-check";
import { characters } from "../../test/support/characters.ts";
import { Amount, amountDigitsMax, amountPlacesMax, totalDigitsMax } from "./amount.ts";

const scale = 10n ** BigInt(amountPlacesMax);
const nanosMax = 10n ** BigInt(amountDigitsMax + amountPlacesMax) - 1n;

/** Every amount there is, as a whole number of nanos. */
const nanos = fc.bigInt({ min: -nanosMax, max: nanosMax });

/** The reference: decimal text of a whole number of nanos, with every place written out. */
function textOf(value: bigint): string {
  const digits = (value < 0n ? -value : value).toString().padStart(amountPlacesMax + 1, "0");
  const sign = value < 0n ? "-" : "";
  return `${sign}${digits.slice(0, -amountPlacesMax)}.${digits.slice(-amountPlacesMax)}`;
}

/** The same without zeros that say nothing. */
function shortTextOf(value: bigint): string {
  return textOf(value).replace(/\.?0+$/, "");
}

const amountOf = (value: bigint) => Amount.of(textOf(value));

describe("Amount.parse", () => {
  it("reads every amount, and its text is the shortest", () => {
    fc.assert(fc.property(nanos, (value) => expect(amountOf(value).toString()).toBe(shortTextOf(value))));
  });

  it("reads back what it writes", () => {
    fc.assert(fc.property(nanos, (value) => Amount.of(amountOf(value).toString()).equals(amountOf(value))));
  });

  it.each([
    ["0", "0"],
    ["-0", "0"],
    ["-0.000000000", "0"],
    ["007", "7"],
    ["1.50", "1.5"],
    ["0.000000001", "0.000000001"],
    ["-9999999999999999999.999999999", "-9999999999999999999.999999999"],
    [`${"0".repeat(50)}1`, "1"],
  ])("reads %s as %s", (text, expected) => {
    expect(Amount.parse(text).toString()).toBe(expected);
  });

  it.each([
    "",
    " ",
    " 1",
    "1 ",
    "1\n",
    "+1",
    "--1",
    "1.",
    ".5",
    "-",
    ".",
    "1.2.3",
    "1e3",
    "1E3",
    "0x10",
    "1_000",
    "1,5",
    "NaN",
    "Infinity",
    "-Infinity",
    "٣",
    "१",
    "１",
    "1\u0000",
    "null",
  ])("refuses %j", (text) => {
    expect(Amount.parse(text)).toBe("not-a-decimal");
  });

  it("refuses ten places, and rounds none of them, not even zeros", () => {
    expect(Amount.parse("0.0000000001")).toBe("too-many-places");
    expect(Amount.parse("1.0000000000")).toBe("too-many-places");
  });

  it("refuses twenty digits", () => {
    expect(Amount.parse("10000000000000000000")).toBe("too-many-digits");
    expect(Amount.parse("-10000000000000000000.5")).toBe("too-many-digits");
  });

  it("gives a value or a problem for whatever text, and the value only for plain decimals", () => {
    const almost = fc.string({ unit: fc.constantFrom(..."0123456789.-+eE ,") });
    fc.assert(
      fc.property(fc.oneof(almost, fc.string({ unit: characters })), (text) => {
        const isPlain = /^-?[0-9]{1,19}(\.[0-9]{1,9})?$/.test(text);
        if (isPlain) expect(Amount.parse(text)).toBeInstanceOf(Amount);
        else if (!/^-?0+[0-9]+/.test(text)) expect(typeof Amount.parse(text)).toBe("string");
      }),
    );
  });

  it("throws where the text was known to be an amount", () => {
    expect(() => Amount.of("1e3")).toThrow("not an amount (not-a-decimal): 1e3");
    expect(() => Amount.of("0.1234567890")).toThrow("not an amount (too-many-places): 0.1234567890");
  });

  it("reads what amounts come to where the text is known, however long it is", () => {
    const sum = "-12345678901234567890123456789012345.000000001";
    expect(Amount.parse(sum)).toBe("too-many-digits");
    expect(Amount.of(sum).minus(Amount.of("0.999999999")).toString()).toBe(
      "-12345678901234567890123456789012346",
    );
  });
});

describe("Amount's arithmetic", () => {
  it("is exact", () => {
    fc.assert(
      fc.property(nanos, nanos, (a, b) => {
        expect(amountOf(a).plus(amountOf(b)).toString()).toBe(shortTextOf(a + b));
        expect(amountOf(a).minus(amountOf(b)).toString()).toBe(shortTextOf(a - b));
        expect(amountOf(a).negated().toString()).toBe(shortTextOf(-a));
      }),
    );
  });

  it("stays exact over many steps", () => {
    fc.assert(
      fc.property(fc.array(nanos, { maxLength: 100 }), (values) => {
        const sum = values.reduce((total, value) => total.plus(amountOf(value)), Amount.zero);
        expect(sum.toString()).toBe(shortTextOf(values.reduce((total, value) => total + value, 0n)));
      }),
    );
  });

  it("tells amounts apart that are nearly the same", () => {
    const near = fc.tuple(nanos, fc.bigInt({ min: -1_000n, max: 1_000n }));
    fc.assert(
      fc.property(near, ([value, difference]) => {
        const [left, right] = [amountOf(value), amountOf(value + difference)];
        expect([left.isLessThan(right), left.equals(right)]).toEqual([difference > 0n, difference === 0n]);
      }),
    );
  });

  it("compares as numbers do", () => {
    fc.assert(
      fc.property(nanos, nanos, (a, b) => {
        const [left, right] = [amountOf(a), amountOf(b)];
        expect([left.isLessThan(right), left.equals(right)]).toEqual([a < b, a === b]);
        expect([left.isPositive(), left.isNegative()]).toEqual([a > 0n, a < 0n]);
      }),
    );
    expect(Amount.of("-0").equals(Amount.zero)).toBe(true);
    expect(Amount.of("-0").isNegative()).toBe(false);
  });

  it.each([amountDigitsMax, totalDigitsMax])("tells when a sum leaves the range of %i digits", (digits) => {
    const most = Amount.largest(digits);
    const least = Amount.of("0.000000001");
    expect(String(most)).toBe(`${"9".repeat(digits)}.999999999`);
    expect(most.fitsDigits(digits)).toBe(true);
    expect(most.plus(least).fitsDigits(digits)).toBe(false);
    expect(most.negated().fitsDigits(digits)).toBe(true);
    expect(most.negated().minus(least).fitsDigits(digits)).toBe(false);
  });
});

describe("Amount's units", () => {
  it("rounds down, towards minus infinity", () => {
    fc.assert(
      fc.property(nanos, fc.integer({ min: 0, max: amountPlacesMax }), (value, places) => {
        const unit = scale / 10n ** BigInt(places);
        const floor = value / unit - (value % unit < 0n ? 1n : 0n);
        expect(amountOf(value).floorToUnits(places)).toBe(floor);
        expect(amountOf(value).fitsPlaces(places)).toBe(value % unit === 0n);
      }),
    );
  });

  it.each([
    ["1.999", 2, 199n],
    ["-1.991", 2, -200n],
    ["-0.000000001", 0, -1n],
    ["12", 0, 12n],
  ])("has of %s in units of 10^-%i %s", (text, places, units) => {
    expect(Amount.of(text).floorToUnits(places)).toBe(units);
  });

  it("comes back from units as it went", () => {
    const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    fc.assert(
      fc.property(int64, fc.integer({ min: 0, max: amountPlacesMax }), (units, places) => {
        expect(Amount.fromUnits(units, places).floorToUnits(places)).toBe(units);
        expect(Amount.fromInteger(units).toString()).toBe(units.toString());
      }),
    );
  });
});
