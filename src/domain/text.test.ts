import fc from "fast-check";
import { emailKey, normalForm } from "./text.ts";

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
