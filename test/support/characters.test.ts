import fc from "fast-check";
import { characters } from "./characters.ts";

it("make texts of whole characters from all planes, and those that are dangerous", () => {
  const parameters = { seed: 1, numRuns: 2_000 };
  const texts = fc.sample(fc.string({ unit: characters }), parameters);
  expect(texts.filter((text) => text.includes("__proto__"))).not.toEqual([]);
  expect(texts.some((text) => /[\u{10000}-\u{10ffff}]/u.test(text))).toBe(true);
  expect(texts.filter((text) => !text.isWellFormed())).toEqual([]);
});
