import fc from "fast-check";
import { characters } from "../../../test/support/characters.ts";
import { parseJson } from "./parse.ts";
import { JsonProblem } from "./problem.ts";
import { scanJson } from "./scan.ts";
import { stringifyExact } from "./stringify.ts";

/** JSON text, and the same without blanks and with escapes only where there have to be. */
interface Sample {
  readonly text: string;
  readonly plain: string;
}

const blanks = fc.stringMatching(/^[ \t\n\r]{0,2}$/);
const numbers = fc.stringMatching(/^-?(0|[1-9][0-9]{0,24})(\.[0-9]{1,12})?([eE][+-]?[0-9]{1,4})?$/);
const strings = fc
  .tuple(fc.string({ unit: characters, maxLength: 8 }), fc.boolean())
  .map(([value, escapes]) => ({
    text: escapes ? `"${[...value].map(escaped).join("")}"` : JSON.stringify(value),
    plain: JSON.stringify(value),
  }));
/** JavaScript would move keys that are integers. */
const keys = strings.map(({ text, plain }) => ({ text: `"k${text.slice(1)}`, plain: `"k${plain.slice(1)}` }));

function escaped(character: string): string {
  return Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`,
  ).join("");
}

const { samples } = fc.letrec<{ samples: Sample; arrays: Sample; objects: Sample }>((tie) => ({
  samples: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(numbers, fc.constantFrom("true", "false", "null")).map((text) => ({ text, plain: text })),
    strings,
    tie("arrays"),
    tie("objects"),
  ),
  arrays: fc.tuple(fc.array(tie("samples"), { maxLength: 5 }), blanks).map(([elements, blank]) => ({
    text: `[${blank}${elements.map(({ text }) => text).join(`${blank},${blank}`)}${blank}]`,
    plain: `[${elements.map(({ plain }) => plain).join()}]`,
  })),
  objects: fc
    .tuple(
      fc.uniqueArray(fc.tuple(keys, tie("samples")), { maxLength: 5, selector: ([key]) => key.plain }),
      blanks,
    )
    .map(([members, blank]) => ({
      text: `{${blank}${members
        .map(([key, value]) => `${key.text}${blank}:${blank}${value.text}`)
        .join(`${blank},${blank}`)}${blank}}`,
      plain: `{${members.map(([key, value]) => `${key.plain}:${value.plain}`).join()}}`,
    })),
}));

/** One place of a text with something else in it. */
const edits = fc.record({
  place: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  removed: fc.integer({ min: 0, max: 2 }),
  added: fc.constantFrom(
    ...["", '"', "\\", "{", "}", "[", "]", ",", ":", "0", "-", "+", ".", "e", "E", "u", "1a", "tru", "null"],
    ...[
      " ",
      "\n",
      "\t",
      "\u0000",
      "\u001f",
      "\u007f",
      "\u00a0",
      "\u2028",
      "\ufeff",
      "é",
      "\ud800",
      "'",
      "/*",
    ],
  ),
});

function edited(text: string, changes: readonly { place: number; removed: number; added: string }[]): string {
  return changes.reduce((sofar, { place, removed, added }) => {
    const at = Math.floor(place * (sofar.length + 1));
    return sofar.slice(0, at) + added + sofar.slice(at + removed);
  }, text);
}

function outcomeOf(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    return error;
  }
}

/** What is JSON, and is refused all the same. */
const unmeant = /is there twice|"__proto__" is not accepted/;

describe("a scan", () => {
  it("loses no digit, no text and no place of any", () => {
    const property = fc.property(samples, ({ text, plain }) => {
      expect(stringifyExact(parseJson(text), 0)).toBe(plain);
    });
    fc.assert(property, { numRuns: 500 });
  });

  it("takes and refuses what JSON.parse does, and finds the same numbers as a naive reading", () => {
    const property = fc.property(
      samples,
      fc.array(edits, { minLength: 1, maxLength: 3 }),
      ({ text }, changes) => {
        const other = edited(text, changes);
        const scanned = outcomeOf(() => scanJson(other).map(({ start, end }) => other.slice(start, end)));
        const isJson = !(outcomeOf(() => JSON.parse(other)) instanceof Error);
        if (scanned instanceof JsonProblem) {
          expect(isJson && !unmeant.test(scanned.message)).toBe(false);
          expect(scanned.position).toBeGreaterThanOrEqual(0);
          expect(scanned.position).toBeLessThanOrEqual(other.length);
        } else {
          expect(isJson).toBe(true);
          const tokens = other.match(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g) ?? [];
          expect(scanned).toEqual(tokens.filter((token) => !token.startsWith('"')));
        }
      },
    );
    fc.assert(property, { numRuns: 2_000 });
  });

  it.each([
    "_",
    "1_",
    "1_2",
    "[_1]",
    "[1_]",
    '"_"',
    '"\\_"',
    '"\\u00_0"',
    "-_",
    "1._",
    "1e_",
    "tru_",
    "{_}",
    '{""_1}',
  ])("takes and refuses each character where JSON.parse does: %s", (template) => {
    const texts = Array.from({ length: 0x100 }, (_, unit) =>
      template.replace("_", () => String.fromCharCode(unit)),
    );
    const taken = (read: (text: string) => unknown) =>
      texts.filter((text) => !(outcomeOf(() => read(text)) instanceof Error));
    expect(taken(scanJson)).toEqual(taken(JSON.parse));
  });

  it.each([
    ["", "a value is expected, but the text ends here", 0],
    ["[1", '"," or "]" is expected, but the text ends here', 2],
    ['{"a":tru}', 'a value is expected, but "tru" is here', 5],
    ["[NaN]", 'a value is expected, but "NaN" is here', 1],
    ["[😀]", 'a value is expected, but "😀" is here', 1],
    ["{'a':1}", 'a key in double quotes is expected, but "\'" is here', 1],
    ['{"a" 1}', '":" after the key is expected, but "1" is here', 5],
    ['{"a":1 "b":2}', '"," or "}" is expected, but a string begins here', 7],
    ["[1,]", 'another element after the comma is expected, but "]" is here', 3],
    ['{"a":1,}', 'another key after the comma is expected, but "}" is here', 7],
    ["[01]", "a number has no leading zeros", 2],
    ["[-]", 'a digit is expected, but "]" is here', 2],
    ["[1.e5]", 'a digit is expected, but "e5" is here', 3],
    ['["a\nb"]', 'within a string this character is written as "\\n", or a quote is missing before it', 3],
    ['["\\x"]', '"\\" is written as "\\\\" within a string', 2],
    ['["\\u12"]', '"\\u" has four hexadecimal digits after it', 2],
    ['["a', "the string that begins here does not end", 1],
    ['["a\\', "the string that begins here does not end", 1],
    ["1 2", 'the end is expected, but "2" is here', 2],
  ])("says of %j what is wrong, and where", (text, message, position) => {
    expect(outcomeOf(() => scanJson(text))).toEqual(new JsonProblem(message, position));
    expect(outcomeOf(() => scanJson(text))).toHaveProperty("position", position);
  });
});
