import { ExactNumber, type WrittenJson } from "./exact.ts";
import { isJson, isPlainObject } from "./json-value.ts";

/**
 * Makes text of JSON, laid out as by JSON.stringify, with exact numbers as they are.
 *
 * @param indent spaces by which each level is indented; 0 for one line
 * @throws TypeError for what is no JSON, such as undefined or NaN
 */
export function stringifyExact(json: WrittenJson, indent: number, line = "\n"): string {
  if (json instanceof ExactNumber) return json.source;
  const isArray = Array.isArray(json);
  if (!isArray && !isPlainObject(json)) return scalarText(json);
  const within = line + " ".repeat(indent);
  const colon = indent === 0 ? ":" : ": ";
  const members = isArray
    ? Array.from(json, (element: WrittenJson) => stringifyExact(element, indent, within))
    : Object.entries(json).map(
        ([name, value]) => `${JSON.stringify(name)}${colon}${stringifyExact(value, indent, within)}`,
      );
  const [open, close] = isArray ? ["[", "]"] : ["{", "}"];
  if (indent === 0 || members.length === 0) return `${open}${members.join()}${close}`;
  return `${open}${within}${members.join(`,${within}`)}${line}${close}`;
}

function scalarText(value: unknown): string {
  if (!isJson(value)) throw new TypeError("this is no JSON value");
  return JSON.stringify(value);
}
