import { tooManyElements, tooManyValues } from "../requests/repetition.ts";
import { requestError } from "../requests/request-errors.ts";
import { invalidFields } from "../requests/violations.ts";
import { type ExactJson, ExactNumber } from "./exact.ts";
import { JsonExcess, JsonProblem } from "./problem.ts";
import { type NumberPlace, scanJson } from "./scan.ts";
import { lineFeed } from "./units.ts";

/** JSON as JSON.parse makes it. */
type Parsed = null | boolean | string | number | Parsed[] | { [name: string]: Parsed };

const descriptionCharactersMax = 200;

/**
 * Parses JSON text without rounding a number.
 *
 * @throws ConnectError MALFORMED_JSON with line and column, for text that is not JSON, nests too deep or has a key twice;
 * INVALID_FIELDS for a list or an object with too many elements, and BODY_TOO_LARGE for too many values, before an object
 * is made of any.
 */
export function parseJson(text: string): ExactJson {
  const numbers = placesOf(text);
  if (numbers.length === 0) return JSON.parse(text) as ExactJson;
  const sources = numbers.map(({ start, end }) => text.slice(start, end));
  return withSources(JSON.parse(withIndices(text, numbers)) as Parsed, sources);
}

function placesOf(text: string): readonly NumberPlace[] {
  try {
    return scanJson(text);
  } catch (error) {
    if (error instanceof JsonExcess) throw excessive(error);
    if (error instanceof JsonProblem) throw malformed(text, error);
    throw error;
  }
}

/** The text with each number's place in the list of numbers in the place of the number: JSON.parse keeps that as it is. */
function withIndices(text: string, numbers: readonly NumberPlace[]): string {
  let indexed = "";
  let rest = 0;
  for (const [index, { start, end }] of numbers.entries()) {
    indexed += text.slice(rest, start) + index;
    rest = end;
  }
  return indexed + text.slice(rest);
}

/** Puts the numbers into a value that has their places in the list of them. */
function withSources(value: Parsed, sources: readonly string[]): ExactJson {
  if (typeof value === "number") return new ExactNumber(sources[value] ?? "");
  if (Array.isArray(value)) return value.map((each) => withSources(each, sources));
  if (value === null || typeof value !== "object") return value;
  const exact: Record<string, ExactJson> = {};
  for (const name in value) exact[name] = withSources(value[name] as Parsed, sources);
  return exact;
}

function malformed(text: string, { message: description, position }: JsonProblem): Error {
  const before = text.slice(0, position);
  const line = String(linesIn(before));
  const column = String(position - before.lastIndexOf("\n"));
  const short = description.slice(0, descriptionCharactersMax);
  const message = `the body is not valid JSON at line ${line}, column ${column}: ${short}`;
  return requestError("MALFORMED_JSON", message, { metadata: { line, column } });
}

function linesIn(text: string): number {
  let lines = 1;
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) === lineFeed) lines += 1;
  return lines;
}

function excessive({ path }: JsonExcess): Error {
  if (path === undefined) return requestError("BODY_TOO_LARGE", `the body ${tooManyValues}`);
  return invalidFields([{ field: path, description: tooManyElements }]);
}
