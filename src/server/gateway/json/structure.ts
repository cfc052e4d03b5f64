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

/**
 * Refuses what a JSON parser would take but a caller cannot mean: a key given twice in one object, `__proto__` as a key
 * (JavaScript objects cannot hold it), and nesting that would exhaust the stack. Text that is no JSON may pass.
 *
 * @throws JsonProblem
 */
export function checkStructure(text: string): void {
  /** The keys seen in each object that is open; undefined for an array. */
  const open: (Set<string> | undefined)[] = [];
  let keyExpected = false;
  for (let position = 0; position < text.length; position += 1) {
    switch (text[position]) {
      case "{":
      case "[":
        if (open.length >= jsonDepthMax) {
          throw new JsonProblem(`nested deeper than ${jsonDepthMax} levels`, position);
        }
        keyExpected = text[position] === "{";
        open.push(keyExpected ? new Set() : undefined);
        break;
      case "}":
      case "]":
        open.pop();
        break;
      case ",":
        keyExpected = open.at(-1) !== undefined;
        break;
      case '"': {
        const end = stringEnd(text, position);
        if (keyExpected) checkKey(open.at(-1), text.slice(position, end + 1), position);
        keyExpected = false;
        position = end;
        break;
      }
    }
  }
}

/** The position of the quote that closes a string; the end of the text where none does. */
function stringEnd(text: string, start: number): number {
  let position = start + 1;
  while (position < text.length && text[position] !== '"') position += text[position] === "\\" ? 2 : 1;
  return Math.min(position, text.length);
}

function checkKey(seen: Set<string> | undefined, quoted: string, position: number): void {
  const key = quoted.includes("\\") ? decodeKey(quoted) : quoted.slice(1, -1);
  if (key === "__proto__") throw new JsonProblem('the key "__proto__" is not accepted', position);
  if (seen?.has(key)) throw new JsonProblem(`the key ${quoted} is there twice`, position);
  seen?.add(key);
}

/** A key with a bad escape stays as it is: the parser will refuse it with a better message. */
function decodeKey(quoted: string): string {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return quoted;
  }
}
