import Big from "big.js";
import { Random, seedOf } from "../../test/workload/random.ts";
import { bigOf } from "./big-of.ts";

const partsOf = ({ s, e, c }: Big) => ({ s, e, c });

it.each(["0", "-0", "00.000", "-0.0", "7", "-7.10", "0100", "0.000000001", "-120.050"])(
  "reads %s as Big does",
  (text) => {
    expect(partsOf(bigOf(text))).toEqual(partsOf(new Big(text)));
  },
);

it("reads every plain decimal as Big does", () => {
  const random = new Random(seedOf("plain decimals"));
  const digits = (least: number, most: number) =>
    Array.from({ length: least + random.below(most) }, () =>
      random.below(3) === 0 ? 0 : random.below(10),
    ).join("");
  for (let count = 0; count < 20_000; count += 1) {
    const places = random.below(3) === 0 ? "" : `.${digits(1, 12)}`;
    const text = `${random.below(2) === 0 ? "-" : ""}${digits(1, 30)}${places}`;
    expect({ text, ...partsOf(bigOf(text)) }).toEqual({ text, ...partsOf(new Big(text)) });
  }
});

it("makes numbers that Big computes with", () => {
  expect(bigOf("0.1").plus(bigOf("-0.30")).times(bigOf("100")).toFixed()).toBe("-20");
  expect(bigOf("10").minus(bigOf("0.000000001")).toFixed()).toBe("9.999999999");
});
