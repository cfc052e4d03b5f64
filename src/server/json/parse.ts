import type { LosslessNumber } from "lossless-json";
import { parse } from "lossless-json";
import { tooManyElements, tooManyValues } from "../repetition.ts";
import { requestError } from "../request-errors.ts";
import { invalidFields } from "../violations.ts";
import { checkStructure, JsonExcess, JsonProblem } from "./structure.ts";

/** A JSON value whose numbers keep the digits they were written with. */
export type ExactJson =
  | null
  | boolean
  | string
  | LosslessNumber
  | readonly ExactJson[]
  | { readonly [name: string]: ExactJson };

const descriptionCharactersMax = 200;

/**
 * Parses JSON text without rounding a number.
 *
 * @throws ConnectError MALFORMED_JSON with line and column, for text that is not JSON, nests too deep or has a key twice;
 * INVALID_FIELDS for a list or an object with too many elements, and BODY_TOO_LARGE for too many values, before an object
 * is made of any.
 */
export function parseJson(text: string): ExactJson {
  try {
    checkStructure(text);
    return parse(text) as ExactJson;
  } catch (error) {
    if (error instanceof JsonExcess) throw excessive(error);
    if (error instanceof JsonProblem) throw malformed(text, error.message, error.position);
    if (error instanceof SyntaxError) throw malformed(text, ...splitPosition(error.message, text.length));
    throw error;
  }
}

/** lossless-json ends its messages with the position, counted in UTF-16 units from 0. */
function splitPosition(message: string, positionDefault: number): [description: string, position: number] {
  const match = /^(.*?)(?: but reached end of input)? at position (\d+)$/s.exec(message);
  return match ? [match[1] ?? "", Number(match[2])] : [message, positionDefault];
}

function malformed(text: string, description: string, position: number): Error {
  const before = text.slice(0, position);
  const line = String(before.split("\n").length);
  const column = String(position - before.lastIndexOf("\n"));
  const short = description.slice(0, descriptionCharactersMax);
  const message = `the body is not valid JSON at line ${line}, column ${column}: ${short}`;
  return requestError("MALFORMED_JSON", message, { metadata: { line, column } });
}

function excessive({ path }: JsonExcess): Error {
  if (path === undefined) return requestError("BODY_TOO_LARGE", `the body ${tooManyValues}`);
  return invalidFields([{ field: path, description: tooManyElements }]);
}
