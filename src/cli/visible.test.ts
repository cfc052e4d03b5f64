import fc from "fast-check";
import { characters } from "../../test/support/characters.ts";
import { pairsOf, tableOf } from "./printed.ts";
import { visible, visibleJson } from "./visible.ts";

const evil = "\u001b[2J\u009b31m\r\nBALANCE\u202e\u2028";
const escaped = "\\u001b[2J\\u009b31m\\u000d\\u000aBALANCE\\u202e\\u2028";

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
      expect(json).not.toMatch(/[^\n\P{Cc}]|[\u2028\u2029\u202a-\u202e]/u);
    }),
  );
});
