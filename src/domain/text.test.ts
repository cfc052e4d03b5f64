import fc from "fast-check";
import { characters } from "../../test/support/characters.ts";
import { charactersIn, emailKey, invisibleIn, normalForm } from "./text.ts";

describe("normalForm", () => {
  it("makes one text of what looks alike", () => {
    expect(normalForm("Zoe\u0308")).toBe("Zo\u00eb");
    expect(normalForm("\u212b")).toBe("\u00c5");
  });

  it("is its own form", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(normalForm(normalForm(text))).toBe(normalForm(text));
      }),
    );
  });
});

it("counts characters as code points", () => {
  fc.assert(
    fc.property(fc.string({ unit: characters }), (text) => {
      expect(charactersIn(text)).toBe([...text].length);
    }),
  );
});

it("takes no time for what is much longer than any name", () => {
  const marks = "\u0315\u0300\u05ae".repeat(1_000_000);
  expect(normalForm(marks)).toBe(marks);
  expect(emailKey(`a@${marks}`)).toHaveLength(3_000_002);
  // The longest name, taken apart as far as letters go.
  expect(normalForm("\u0390".normalize("NFD").repeat(255))).toBe("\u0390".repeat(255));
});

describe("invisibleIn", () => {
  it.each([
    ["a\u200bb", "U+200B"],
    ["a\u200d", "U+200D"],
    ["\ufeffa", "U+FEFF"],
    ["a\u202eb", "U+202E"],
    ["a\u00adb", "U+00AD"],
    ["a\u2060", "U+2060"],
    ["a\u034f", "U+034F"],
    ["\u3164", "U+3164"],
    ["a\ufe0f", "U+FE0F"],
    ["a\u{e0061}", "U+E0061"],
    ["a\u2028b", "U+2028"],
    ["a\tb", "U+0009"],
    ["a\u0085", "U+0085"],
    ["a\u00a0b", "U+00A0"],
    ["a\u3000b", "U+3000"],
    ["a\u2800", "U+2800"],
  ])("finds what nobody sees in %j", (text, found) => {
    expect(invisibleIn(text)).toBe(found);
  });

  it.each(["", "order 1/é", "Zo\u0308e", "ключ", "鍵", "मात्रा", "🐘", "a b", "{}:=?&%+"])(
    "finds nothing in %j",
    (text) => {
      expect(invisibleIn(text)).toBeUndefined();
    },
  );
});

describe("emailKey", () => {
  it.each([
    ["Ann@Example.com", "ann@example.com"],
    // A sigma at the end of a word is another letter than one within it.
    ["ΣΑΣ@example.com", "σας@example.com"],
    ["σας@example.com", "σας@example.com"],
    ["İ@example.com", "i\u0307@example.com"],
    ["ZOE\u0308@example.com", "zo\u00eb@example.com"],
    ["Stra\u00dfe@example.com", "stra\u00dfe@example.com"],
  ])("of %s is %s", (email, key) => {
    expect(emailKey(email)).toBe(key);
  });

  it("is its own key, and that of the same text in another form", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(emailKey(emailKey(text))).toBe(emailKey(text));
        expect(emailKey(text.normalize("NFD"))).toBe(emailKey(text));
      }),
    );
  });
});
