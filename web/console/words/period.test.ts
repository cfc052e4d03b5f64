import { beginOf, isPeriod } from "./period.ts";

it.each([
  ["week", true],
  ["", false],
  ["toString", false],
])("%j is a period: %s", (name, expected) => expect(isPeriod(name)).toBe(expected));

it("begins so long before its end", () => {
  expect(beginOf("day", new Date("2026-11-26T14:03:00Z"))).toEqual(new Date("2026-11-25T14:03:00Z"));
});
