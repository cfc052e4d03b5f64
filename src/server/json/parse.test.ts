import { ConnectError } from "@connectrpc/connect";
import fc from "fast-check";
import { ErrorInfoSchema } from "../../../gen/google/rpc/error_details_pb.ts";
import { characters } from "../../../test/support/characters.ts";
import { jsonDepthMax } from "./nesting.ts";
import { parseJson } from "./parse.ts";
import { stringifyExact } from "./stringify.ts";

function problemOf(text: string): { message: string; metadata: Record<string, string> | undefined } {
  try {
    parseJson(text);
  } catch (error) {
    if (!(error instanceof ConnectError)) throw error;
    return { message: error.rawMessage, metadata: error.findDetails(ErrorInfoSchema)[0]?.metadata };
  }
  throw new Error(`${text} was taken`);
}

const keys = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, index]));

describe("parseJson", () => {
  it("keeps every digit", () => {
    const text = '{"a":[9007199254740993,1.10,-0.0,1e400,{"b":null,"c":[true,false,"\\u00e9\\n"]}]}';
    expect(stringifyExact(parseJson(text), 0)).toBe(text.replace("\\u00e9", "é"));
  });

  it("takes all that JSON.stringify writes", () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: characters }), (value) => {
        fc.pre(!JSON.stringify(value).includes("__proto__"));
        expect(JSON.parse(stringifyExact(parseJson(JSON.stringify(value)), 0))).toEqual(
          JSON.parse(JSON.stringify(value)),
        );
      }),
    );
  });

  it.each([
    ['{"a" 1}', "1", "6"],
    ['{"a":1,}', "1", "8"],
    ["[1,]", "1", "4"],
    ['{\n  "a": tru\n}', "2", "8"],
    ['{"a":"x', "1", "6"],
    ['{"a":"x\\"', "1", "6"],
    ['{"a":1} x', "1", "9"],
    ["{a:1}", "1", "2"],
    ["{'a':1}", "1", "2"],
    ["[01]", "1", "3"],
    ["[1.]", "1", "4"],
    ["[NaN]", "1", "2"],
    ['["\t"]', "1", "3"],
    ['["\\x"]', "1", "3"],
    ["", "1", "1"],
    ["{", "1", "2"],
  ])("%j is no JSON, at line %s, column %s", (text, line, column) => {
    const { message, metadata } = problemOf(text);
    expect(metadata).toEqual({ line, column });
    expect(message).toContain(`the body is not valid JSON at line ${line}, column ${column}: `);
    expect(message).not.toContain("position");
  });

  it.each([
    ['{"a":1,"a":1}', 'the key "a" is there twice'],
    ['{"a":{"b":1,"c":2,"b":"x"}}', 'the key "b" is there twice'],
    ['[{"a":1,"\\u0061":1}]', 'the key "\\u0061" is there twice'],
    ['{"x":[{}],"x":0}', 'the key "x" is there twice'],
    ['{"__proto__":{}}', 'the key "__proto__" is not accepted'],
    [`{"a":"${"x".repeat(300)}`, "the string that begins here does not end"],
  ])("refuses %s", (text, problem) => {
    expect(problemOf(text).message).toContain(problem);
  });

  it("takes a key again in another object, and as a value", () => {
    expect(() => parseJson('[{"a":"a"},{"a":{"a":["a","a"]}}]')).not.toThrow();
  });

  it("bounds the depth", () => {
    const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
    expect(() => parseJson(nested(jsonDepthMax))).not.toThrow();
    expect(problemOf(nested(jsonDepthMax + 1)).message).toContain("nested deeper than 100 levels");
    expect(problemOf('{"a":'.repeat(1_000_000)).message).toContain("nested deeper than 100 levels");
  });

  it.each([
    [
      "a list",
      { rows: Array(1_000).fill({}) },
      { rows: Array(1_001).fill({}) },
      "rows: has more than 1000 elements",
    ],
    ["the body", Array(1_000).fill(0), Array(1_001).fill(0), "the body: has more than 1000 elements"],
    [
      "an object in a list",
      [{}, { a: keys(1_000) }],
      [{}, { a: keys(1_001) }],
      "[1].a: has more than 1000 elements",
    ],
    [
      "all of it",
      Array(24).fill(keys(1_000)),
      Array(26).fill(keys(1_000)),
      "the body has more than 25000 values",
    ],
  ])("bounds how much there is in %s", (_, largest, tooLarge, problem) => {
    expect(() => parseJson(JSON.stringify(largest))).not.toThrow();
    expect(problemOf(JSON.stringify(tooLarge)).message).toContain(problem);
  });

  it("keeps a message short, however long the text", () => {
    expect(problemOf(`[${"1".repeat(100_000)}.x]`).message.length).toBeLessThan(300);
  });
});
