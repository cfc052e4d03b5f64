import fc from "fast-check";
import { characters } from "../../test/support/characters.ts";
import { pairsOf, tableOf } from "./printed.ts";
import { visible, visibleJson } from "./visible.ts";

/** What changes the direction of what follows. */
const turning = [
  "061c",
  "200e",
  "200f",
  "202a",
  "202b",
  "202c",
  "202d",
  "202e",
  "2066",
  "2067",
  "2068",
  "2069",
];
const turns = turning.map((code) => String.fromCharCode(Number.parseInt(code, 16))).join("");
const escapedTurns = turning.map((code) => `\\u${code}`).join("");

const evil = `\u001b[2J\u009b31m\r\nBALANCE\u2028\u2029${turns}`;
const escaped = `\\u001b[2J\\u009b31m\\u000d\\u000aBALANCE\\u2028\\u2029${escapedTurns}`;

it("what a terminal would obey is shown and not sent", () => {
  expect(visible(evil)).toBe(escaped);
  expect(visible("José 李 👩‍💻 فارسی‌ها")).toBe("José 李 👩‍💻 فارسی‌ها");
  expect(tableOf(["id", "name"], [["1", evil]])).toBe(`ID  NAME\n1   ${escaped}\n`);
  expect(pairsOf({ [evil]: evil })).toBe(`${escaped}  ${escaped}\n`);
});

it("JSON means the same with it, and has none of it", () => {
  const text = fc.oneof(fc.string({ unit: characters }), fc.constant(evil));
  fc.assert(
    fc.property(fc.dictionary(text, text), (value) => {
      const json = visibleJson(JSON.stringify(value, null, 2));
      expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(json).not.toMatch(/[^\n\P{Cc}]|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u);
    }),
  );
});
