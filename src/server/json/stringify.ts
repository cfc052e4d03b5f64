import { ExactNumber, type WrittenJson } from "./exact.ts";

/**
 * Makes text of JSON as JSON.stringify does, but with exact numbers as they are.
 *
 * @param indent spaces by which each level is indented; 0 for one line
 */
export function stringifyExact(json: WrittenJson, indent: number, line = "\n"): string {
  if (json instanceof ExactNumber) return json.source;
  if (json === null || typeof json !== "object") return JSON.stringify(json);
  const isArray = Array.isArray(json);
  const within = line + " ".repeat(indent);
  const colon = indent === 0 ? ":" : ": ";
  const members = isArray
    ? json.map((element: WrittenJson) => stringifyExact(element, indent, within))
    : Object.entries(json).map(
        ([name, value]) => `${JSON.stringify(name)}${colon}${stringifyExact(value, indent, within)}`,
      );
  const [open, close] = isArray ? ["[", "]"] : ["{", "}"];
  if (indent === 0 || members.length === 0) return `${open}${members.join()}${close}`;
  return `${open}${within}${members.join(`,${within}`)}${line}${close}`;
}
