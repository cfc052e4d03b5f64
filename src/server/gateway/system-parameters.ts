import type { Binding } from "./binding.ts";
import type { Dialect } from "./dialect.ts";
import { gatewayError } from "./errors.ts";
import { hasFields } from "./fields.ts";
import { BadPart, type Part, parsePart } from "./part.ts";
import { parseQuery } from "./query.ts";
import { Violations } from "./violations.ts";

// Google's system parameters: https://cloud.google.com/apis/docs/system-parameters

/** How a request wants to be answered. */
export interface Wishes {
  /** `fields` */
  readonly part: Part;
  /** `prettyPrint`: spaces by which the answer is indented; 0 for one line. */
  readonly indent: number;
}

const plain: Wishes = { part: "all", indent: 0 };
const prettyIndent = 2;
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
  const alt = parameters.get("alt") ?? "json";
  if (alt !== "json") violations.add("alt", "must be json, the only format there is");
  if ((parameters.get("callback") ?? "") !== "")
    violations.add("callback", "is not offered: answers are JSON, not scripts");
  const part = readPart(parameters.get("fields") ?? "", binding, violations);
  violations.throwIfAny();
  return { part, indent: indentOf(binding.dialect, query) };
}

/** Spaces by which answers and errors are indented. Google's are, unless asked otherwise. */
export function indentOf(dialect: Dialect, query: string): number {
  if (dialect.systemParameters !== "honoured") return 0;
  return /(?:^|&)prettyPrint=(?:false|0)(?:&|$)/.test(query) ? 0 : prettyIndent;
}

/** Takes a bearer token out of the query, where no header says who is calling. */
export function authorizeByQuery(header: Headers, { dialect }: Binding, query: string): void {
  if (dialect.systemParameters !== "honoured" || header.has("authorization")) return;
  const token = parseQuery(query).find(([name]) => tokenNames.includes(name))?.[1];
  if (token === undefined) return;
  if (!/^[\x21-\x7e]+$/.test(token))
    throw gatewayError("MALFORMED_URL", "the query's token is not a bearer token");
  header.set("authorization", `Bearer ${token}`);
}

function readPart(text: string, { method, responseBody }: Binding, violations: Violations): Part {
  if (text === "") return "all";
  const body = responseBody && (hasFields(responseBody) ? responseBody.message : undefined);
  try {
    return parsePart(text, responseBody ? body : method.output);
  } catch (error) {
    if (!(error instanceof BadPart)) throw error;
    violations.add("fields", error.message);
    return "all";
  }
}
