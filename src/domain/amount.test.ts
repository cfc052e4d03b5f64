import Big from "big.js";
import fc from "fast-check";
import { characters } from "../../test/support/characters.ts";
import { Amount, amountDigitsMax, amountPlacesMax, totalDigitsMax } from "./amount.ts";

/** Big computes as it is told in these tests, so that its quotients are exact. */
Big.DP = amountPlacesMax;

const nanosMax = 10n ** BigInt(amountDigitsMax + amountPlacesMax) - 1n;

/** Every amount there is, with big.js as the reference. */
const bigs = fc
  .oneof(fc.bigInt({ min: -nanosMax, max: nanosMax }), fc.bigInt({ min: -1_000_000n, max: 1_000_000n }))
  .map((nanos) => new Big(nanos.toString()).div(`1e${amountPlacesMax}`));
const places = fc.integer({ min: 0, max: amountPlacesMax });

/** With every place written out, as the database writes it. */
const amountOf = (big: Big) => Amount.of(big.toFixed(amountPlacesMax));
const textOf = (big: Big) => (big.eq(0) ? "0" : big.toFixed());

describe("Amount.parse", () => {
  it("reads every amount, and its text is the shortest", () => {
    fc.assert(fc.property(bigs, (big) => expect(amountOf(big).toString()).toBe(textOf(big))));
  });

  it("reads back what it writes", () => {
    fc.assert(fc.property(bigs, (big) => Amount.of(amountOf(big).toString()).equals(amountOf(big))));
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

  it("reads whatever plain decimal as big.js does", () => {
    const plain = fc.stringMatching(/^-?[0-9]{1,30}(\.[0-9]{1,9})?$/);
    fc.assert(fc.property(plain, (text) => expect(Amount.of(text).toString()).toBe(textOf(new Big(text)))));
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
      fc.property(bigs, bigs, (a, b) => {
        expect(amountOf(a).plus(amountOf(b)).toString()).toBe(textOf(a.plus(b)));
        expect(amountOf(a).minus(amountOf(b)).toString()).toBe(textOf(a.minus(b)));
        expect(amountOf(a).negated().toString()).toBe(textOf(a.neg()));
      }),
    );
  });

  it("stays exact over many steps", () => {
    fc.assert(
      fc.property(fc.array(bigs, { maxLength: 100 }), (each) => {
        const sum = each.reduce((total, big) => total.plus(amountOf(big)), Amount.zero);
        expect(sum.toString()).toBe(textOf(each.reduce((total, big) => total.plus(big), new Big(0))));
      }),
    );
  });

  it("tells amounts apart that are nearly the same", () => {
    const near = fc.tuple(bigs, fc.integer({ min: -1_000, max: 1_000 }));
    fc.assert(
      fc.property(near, ([big, difference]) => {
        const [left, right] = [amountOf(big), amountOf(big.plus(`${difference}e-9`))];
        expect([left.isLessThan(right), left.equals(right)]).toEqual([difference > 0, difference === 0]);
      }),
    );
  });

  it("compares as numbers do", () => {
    fc.assert(
      fc.property(bigs, bigs, (a, b) => {
        const [left, right] = [amountOf(a), amountOf(b)];
        expect([left.isLessThan(right), left.equals(right)]).toEqual([a.lt(b), a.eq(b)]);
        expect([left.isPositive(), left.isNegative()]).toEqual([a.gt(0), a.lt(0)]);
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

it("is its text in JSON", () => {
  expect(JSON.stringify({ amount: Amount.of("-12.50") })).toBe('{"amount":"-12.5"}');
});

describe("Amount's units", () => {
  it("rounds down, towards minus infinity", () => {
    fc.assert(
      fc.property(bigs, places, (big, count) => {
        const units = big.times(`1e${count}`);
        const floor = units.round(0, units.lt(0) ? Big.roundUp : Big.roundDown);
        expect(amountOf(big).floorToUnits(count).toString()).toBe(textOf(floor));
        expect(amountOf(big).fitsPlaces(count)).toBe(floor.eq(units));
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
      fc.property(int64, places, (units, count) => {
        expect(Amount.fromUnits(units, count).floorToUnits(count)).toBe(units);
        expect(Amount.fromInteger(units).toString()).toBe(units.toString());
      }),
    );
  });
});
