import { hasFields } from "../json/fields.ts";
import type { WriteOptions } from "../json/write-options.ts";
import { requestError } from "../requests/request-errors.ts";
import { Violations } from "../requests/violations.ts";
import type { Binding } from "./binding.ts";
import type { Dialect } from "./dialect.ts";
import { BadPart, type Part, parsePart } from "./part.ts";
import { parseQuery } from "./query.ts";

// Google's system parameters: https://cloud.google.com/apis/docs/system-parameters

/** How a request wants to be answered. */
export interface Wishes {
  /** `fields` */
  readonly part: Part;
  /** `alt`: whether enums are written as their numbers. */
  readonly enums: WriteOptions["enums"];
  /** `prettyPrint`: spaces by which the answer is indented; 0 for one line. */
  readonly indent: number;
}

const plain: Wishes = { part: "all", enums: "names", indent: 0 };
const prettyIndent = 2;
const enumsByAlt: ReadonlyMap<string, Wishes["enums"]> = new Map([
  ["", "names"],
  ["json", "names"],
  ["json;enum-encoding=int", "numbers"],
]);
const tokenNames = ["access_token", "oauth_token"];

/**
 * Reads how a request wants to be answered.
 *
 * @throws ConnectError INVALID_FIELDS for a format other than JSON, a callback, or a selection of fields that there are not.
 */
export function readWishes(binding: Binding, query: string): Wishes {
  if (binding.dialect.systemParameters !== "honoured") return plain;
  const parameters = new Map(parseQuery(query));
  const violations = new Violations();
  const alt = wish(parameters, "alt");
  const enums = enumsByAlt.get(alt.value);
  if (enums === undefined)
    violations.add(alt.name, "must be json, the only format there is, or json;enum-encoding=int");
  const callback = wish(parameters, "callback");
  if (callback.value !== "") violations.add(callback.name, "is not offered: answers are JSON, not scripts");
  const pretty = wish(parameters, "prettyPrint");
  if (!/^(?:true|false|1|0|)$/.test(pretty.value)) violations.add(pretty.name, "must be true or false");
  const part = readPart(wish(parameters, "fields"), binding, violations);
  violations.throwIfAny();
  return { part, enums: enums ?? plain.enums, indent: indentOf(binding.dialect, query) };
}

/** Spaces by which answers and errors are indented. Google's are, unless asked otherwise. */
export function indentOf(dialect: Dialect, query: string): number {
  if (dialect.systemParameters !== "honoured") return 0;
  return /(?:^|&)(?:\$|%24)?prettyPrint=(?:false|0)(?:&|$)/.test(query) ? 0 : prettyIndent;
}

/** Takes a bearer token out of the query, where no header says who is calling. */
export function authorizeByQuery(header: Headers, { dialect }: Binding, query: string): void {
  if (dialect.systemParameters !== "honoured" || header.has("authorization")) return;
  const token = parseQuery(query).find(([name]) => tokenNames.includes(name))?.[1];
  if (token === undefined) return;
  if (!/^[\x21-\x7e]+$/.test(token))
    throw requestError("MALFORMED_URL", "the query's token is not a bearer token");
  header.set("authorization", `Bearer ${token}`);
}

/** A parameter by either of its names, with `$` or without; empty where it is not there. */
function wish(parameters: ReadonlyMap<string, string>, plainName: string): { name: string; value: string } {
  const name = parameters.has(`$${plainName}`) ? `$${plainName}` : plainName;
  return { name, value: parameters.get(name) ?? "" };
}

function readPart(
  { name, value: text }: { readonly name: string; readonly value: string },
  { method, responseBody }: Binding,
  violations: Violations,
): Part {
  if (text === "") return "all";
  const body = responseBody && (hasFields(responseBody) ? responseBody.message : undefined);
  try {
    return parsePart(text, responseBody ? body : method.output);
  } catch (error) {
    if (!(error instanceof BadPart)) throw error;
    violations.add(name, error.message);
    return "all";
  }
}
