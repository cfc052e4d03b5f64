import fc from "fast-check";
import { characters } from "../../test/support/characters.ts";
import { shortened, shortenedText } from "./shortened.ts";

describe("shortenedText", () => {
  it.each([
    ["short", 5, "short"],
    ["longer", 5, "longe…"],
    ["😀😀", 3, "😀…"],
    ["\u0001\u0001", 11, "\u0001…"],
    ['""', 4, '""'],
  ])("makes of %j in %i characters %j", (text, charactersMax, short) => {
    expect(shortenedText(text, charactersMax)).toBe(short);
  });

  it.each(["x\ud800", "\udc00", "a\ud800b"])("mends %j, which no encoding has", (text) => {
    expect(shortenedText(text, 5)).toBe(text.toWellFormed());
    expect(shortenedText(text.repeat(9), 4).isWellFormed()).toBe(true);
  });

  it("is never longer in JSON than it may be", () => {
    fc.assert(
      fc.property(fc.string({ unit: characters }), fc.nat(20), (text, charactersMax) => {
        const short = shortenedText(text, charactersMax);
        expect(JSON.stringify(short).length - 2).toBeLessThanOrEqual(charactersMax + 1);
        expect(text.startsWith(short.replace(/…$/, ""))).toBe(true);
      }),
    );
  });
});

it("shortens texts and lists wherever they stand", () => {
  const value = { list: [{ text: "abc" }, 1, 2n], bytes: new Uint8Array(9) };
  expect(shortened(value, { charactersMax: 2, membersMax: 2 })).toEqual({
    list: [{ text: "ab…" }, 1],
    bytes: new Uint8Array(9),
  });
});
