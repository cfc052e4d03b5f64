import { conditionsOf } from "./filter-conditions.ts";

const pairs = (text: string) => conditionsOf(text)?.map(({ name, value }) => [name, value]);

it.each([
  ["status=active", [["status", "active"]]],
  ["channelId=", [["channelId", ""]]],
  ['channelId=""', [["channelId", ""]]],
  [
    "a = my portal  AND  b=c",
    [
      ["a", "my portal"],
      ["b", "c"],
    ],
  ],
  ['a="x AND b=c"', [["a", "x AND b=c"]]],
  [
    'a="x AND b=c" AND b="d AND a=e"',
    [
      ["a", "x AND b=c"],
      ["b", "d AND a=e"],
    ],
  ],
  [
    'a="x"  AND  b=y',
    [
      ["a", "x"],
      ["b", "y"],
    ],
  ],
  [
    "a=R AND D AND b=c",
    [
      ["a", "R AND D"],
      ["b", "c"],
    ],
  ],
  ["a=x and b=c", [["a", "x and b=c"]]],
  ["a=https://x.example/?b=c&d=e", [["a", "https://x.example/?b=c&d=e"]]],
  ['a=say "hi"', [["a", 'say "hi"']]],
  [String.raw`a="say \"hi\", \\ and \n"`, [["a", String.raw`say "hi", \ and \n`]]],
  ["a=x AND b", [["a", "x AND b"]]],
  [
    "a=x AND b= AND c=d",
    [
      ["a", "x"],
      ["b", ""],
      ["c", "d"],
    ],
  ],
])("takes %s apart", (text, expected) => {
  expect(pairs(text)).toEqual(expected);
});

it.each(["x", "a>b", "=a", 'a="x', 'a="x" b', 'a="x"AND b=c', 'a="x" AND b', String.raw`a="x\"`])(
  "finds no conditions in %s",
  (text) => {
    expect(conditionsOf(text)).toBeUndefined();
  },
);

it("reads back whatever is written in quotes", () => {
  const written = (value: string) => `"${value.replace(/["\\]/g, "\\$&")}"`;
  for (const value of ['" AND b="', "\\", '\\"', "a AND b=c", " ", "", "AND", "\n"]) {
    const text = `a=${written(value)} AND b=${written(value)}`;
    expect(pairs(text)).toEqual([
      ["a", value],
      ["b", value],
    ]);
  }
});
