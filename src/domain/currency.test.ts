import { currencyOf } from "./currency.ts";

describe("currencyOf", () => {
  it("knows credits, which are whole", () => {
    expect(currencyOf("VC")).toEqual({ code: "VC", places: 0, minorPlaces: 0 });
  });

  it.each([
    ["USD", 2],
    ["JPY", 0],
    ["KWD", 3],
    ["CLF", 4],
  ])("knows %s with %i minor places, and keeps nine", (code, minorPlaces) => {
    expect(currencyOf(code)).toEqual({ code, places: 9, minorPlaces });
  });

  it.each(["", "usd", "vc", "US", "USDT", "ZZZ", "USD ", "US$", "\u0000", "constructor", "__proto__"])(
    "does not know %j",
    (code) => {
      expect(currencyOf(code)).toBeUndefined();
    },
  );
});
