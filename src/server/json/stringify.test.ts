import fc from "fast-check";
import { ExactNumber, type WrittenJson } from "./exact.ts";
import { stringifyExact } from "./stringify.ts";

it("lays JSON out as JSON.stringify does", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.nat({ max: 4 }), (json, indent) => {
      expect(stringifyExact(json as WrittenJson, indent)).toBe(JSON.stringify(json, null, indent));
    }),
  );
});

it("writes exact numbers as they are", () => {
  expect(stringifyExact({ a: [new ExactNumber("1.10"), 1.5] }, 0)).toBe('{"a":[1.10,1.5]}');
});

it.each<[string, unknown]>([
  ["undefined", undefined],
  ["NaN", Number.NaN],
  ["a date", new Date(0)],
  ["a big integer", 1n],
  ["a hole", Array(1)],
])("writes nothing for %s", (_what, value) => {
  for (const json of [value, { a: value }, { a: [1, { b: value }] }])
    expect(() => stringifyExact(json as WrittenJson, 0)).toThrow(TypeError);
});
