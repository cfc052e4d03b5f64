import { elementsMax, valuesMax } from "../repetition.ts";

/** How deep arrays and objects may nest. */
export const jsonDepthMax = 100;

/** What is wrong with JSON text, and where: in UTF-16 units from 0. */
export class JsonProblem extends Error {
  constructor(
    message: string,
    readonly position: number,
  ) {
    super(message);
  }
}

/** What JSON text has too much of: elements at a path, or values where there is none. */
export class JsonExcess extends Error {
  constructor(readonly path: string | undefined) {
    super("too much JSON");
  }
}

/** An array or object that is open. */
interface Open {
  /** The keys seen so far; undefined for an array. */
  readonly keys: Set<string> | undefined;
  /** The last key as it is written; empty before the first. */
  key: string;
  /** Elements before the one at hand. */
  elements: number;
}

const [quote, backslash, comma] = ['"', "\\", ","].map((each) => each.charCodeAt(0));
const [openBrace, closeBrace, openBracket, closeBracket] = ["{", "}", "[", "]"].map((each) =>
  each.charCodeAt(0),
);

/**
 * Refuses what a JSON parser would take but a caller cannot mean: a key given twice in one object, `__proto__` as a key
 * (JavaScript objects cannot hold it), nesting that would exhaust the stack, and so many elements that to make objects of
 * them would keep everybody else waiting; and a string that does not end, which the parser, a character at a time, would be
 * long to find out. Other text that is no JSON may pass.
 *
 * @throws JsonProblem, JsonExcess
 */
export function checkStructure(text: string): void {
  const open: Open[] = [];
  let keyExpected = false;
  let values = 0;
  for (let position = 0; position < text.length; position += 1) {
    switch (text.charCodeAt(position)) {
      case openBrace:
      case openBracket:
        if (open.length >= jsonDepthMax) {
          throw new JsonProblem(`nested deeper than ${jsonDepthMax} levels`, position);
        }
        keyExpected = text.charCodeAt(position) === openBrace;
        open.push({ keys: keyExpected ? new Set() : undefined, key: "", elements: 0 });
        values += 1;
        break;
      case closeBrace:
      case closeBracket:
        open.pop();
        break;
      case comma: {
        const parent = open.at(-1);
        keyExpected = parent?.keys !== undefined;
        values += 1;
        if (parent !== undefined && ++parent.elements >= elementsMax) throw new JsonExcess(pathTo(open));
        break;
      }
      case quote: {
        const end = stringEnd(text, position);
        if (end === undefined) throw new JsonProblem("the string that begins here does not end", position);
        const parent = open.at(-1);
        if (keyExpected && parent !== undefined) noteKey(parent, text.slice(position, end + 1), position);
        keyExpected = false;
        position = end;
        break;
      }
    }
    if (values > valuesMax) throw new JsonExcess(undefined);
  }
}

/** The position of the quote that closes a string, if one does. */
function stringEnd(text: string, start: number): number | undefined {
  let position = start + 1;
  while (position < text.length) {
    const unit = text.charCodeAt(position);
    if (unit === quote) return position;
    position += unit === backslash ? 2 : 1;
  }
  return undefined;
}

function noteKey(parent: Open, quoted: string, position: number): void {
  const key = quoted.includes("\\") ? decodeKey(quoted) : quoted.slice(1, -1);
  if (key === "__proto__") throw new JsonProblem('the key "__proto__" is not accepted', position);
  if (parent.keys?.has(key)) throw new JsonProblem(`the key ${quoted} is there twice`, position);
  parent.keys?.add(key);
  parent.key = key;
}

/** Where the innermost array or object stands. */
function pathTo(open: readonly Open[]): string {
  const steps = open.slice(0, -1).map(({ keys, key, elements }, depth) => {
    if (keys === undefined) return `[${elements}]`;
    return depth === 0 ? key : `.${key}`;
  });
  return steps.join("");
}

/** A key with a bad escape stays as it is: the parser will refuse it with a better message. */
function decodeKey(quoted: string): string {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return quoted;
  }
}
