import { amountText, moneyText, placesIn, usualPlaces } from "./amount-text.ts";

it.each([
  ["0", 0, "0"],
  ["1000", 0, "1,000"],
  ["999", 2, "999.00"],
  ["-1234567.5", 2, "-1,234,567.50"],
  ["0.000000001", 2, "0.000000001"],
  ["9999999999999999999.999999999", 0, "9,999,999,999,999,999,999.999999999"],
  ["", 2, ""],
  ["none", 2, "none"],
])("%s with %i places reads %s", (text, places, shown) => expect(amountText(text, places)).toBe(shown));

it("names its currency", () => expect(moneyText("1250", "USD", 2)).toBe("1,250.00 USD"));

it("takes as many places for a column as its longest amount has", () => {
  expect(placesIn(["1", "1.25", "3.0000001"], 2)).toBe(7);
  expect(placesIn([], 2)).toBe(2);
});

it.each([
  ["USD", 2],
  ["JPY", 0],
  ["KWD", 3],
  ["VC", 0],
  ["GEMS", 0],
])("%s usually has %i places", (code, places) => expect(usualPlaces(code)).toBe(places));
