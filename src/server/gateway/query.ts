import type { DescField } from "@bufbuild/protobuf";
import { isWrapperDesc } from "@bufbuild/protobuf/wkt";
import { email } from "../../../gen/tallystick/options/v1/options_pb.ts";
import { knownOption } from "../../bounds/known-option.ts";
import { suggestion } from "../../bounds/suggestion.ts";
import { findFieldPath, formatFieldPath } from "../json/fields.ts";
import type { ReadOptions } from "../json/read.ts";
import { oneofRival, parentOf, type Target } from "../json/target.ts";
import { percentDecode } from "../requests/percent.ts";
import { requestError } from "../requests/request-errors.ts";
import type { Binding } from "./binding.ts";
import { mergeText } from "./text.ts";

/** Most parameters in one query. */
export const queryParametersMax = 1000;

/**
 * The parameters that every Google API takes (https://cloud.google.com/apis/docs/system-parameters); they set no field.
 * Those that would change how a request is read are not among them, and are refused.
 */
const standardParameters: ReadonlySet<string> = new Set([
  ...[
    "alt",
    "callback",
    "fields",
    "key",
    "prettyPrint",
    "quotaUser",
    "uploadType",
    "upload_protocol",
  ].flatMap((name) => [name, `$${name}`]),
  ...["$.xgafv", "$apiVersion", "$unique"],
  ...["access_token", "oauth_token"],
]);

/** Well-known types that a parameter can write as one string, besides the wrappers. */
const textTypes: ReadonlySet<string> = new Set([
  "google.protobuf.Timestamp",
  "google.protobuf.Duration",
  "google.protobuf.FieldMask",
]);

/**
 * Reads a query (without the `?`) into the fields that neither path nor body of the binding sets.
 *
 * @throws ConnectError MALFORMED_URL for a malformed escape, INVALID_FIELDS for too many parameters.
 */
export function readQuery(
  target: Target,
  query: string,
  binding: Pick<Binding, "body" | "pathFields">,
  options: ReadOptions,
): void {
  if (query === "") return;
  const seen = new Set<string>();
  for (const { name, value, raw } of parameters(query)) {
    const path = findFieldPath(target.desc, name);
    if (path && isSettable(path, binding))
      setParameter(target, { path, name, value: textOf(path, value, raw) }, seen, options);
    else if (options.unknownFields === "refused" && !standardParameters.has(name)) {
      if (name === "") options.violations.add("the query", "holds a value without the name of a parameter");
      else
        options.violations.add(
          name,
          `there is no such query parameter${suggestionFor(name, target, binding)}`,
        );
    }
  }
}

function suggestionFor(
  name: string,
  { desc }: Target,
  binding: Pick<Binding, "body" | "pathFields">,
): string {
  const settable = desc.fields.filter((field) => isSettable([field], binding));
  return suggestion(
    name,
    settable.map(({ jsonName }) => jsonName),
  );
}

/**
 * The parameters of a query, decoded, in their order.
 *
 * @throws ConnectError MALFORMED_URL for a malformed escape or too many parameters.
 */
export function parseQuery(query: string): [name: string, value: string][] {
  return parameters(query).map(({ name, value }) => [name, value]);
}

interface Parameter {
  readonly name: string;
  readonly value: string;
  /** The value as it was sent. */
  readonly raw: string;
}

function parameters(query: string): Parameter[] {
  const pieces = query.split("&", queryParametersMax + 1).filter((piece) => piece !== "");
  if (pieces.length > queryParametersMax) {
    throw requestError("MALFORMED_URL", `the query has more than ${queryParametersMax} parameters`);
  }
  return pieces.map((piece) => {
    const equals = piece.includes("=") ? piece.indexOf("=") : piece.length;
    const raw = piece.slice(equals + 1);
    return { name: decode(piece.slice(0, equals)), value: decode(raw), raw };
  });
}

/** An email has no spaces, so a `+` that was not escaped in one is itself. */
function textOf(path: readonly DescField[], value: string, raw: string): string {
  const field = path.at(-1);
  const isEmail = field !== undefined && knownOption(field, email) && value.includes("@");
  return isEmail ? (percentDecode(raw) ?? value) : value;
}

/** In a query, unlike in a path, `+` is a space. */
function decode(text: string): string {
  const decoded = percentDecode(text.replaceAll("+", " "));
  if (decoded !== undefined) return decoded;
  throw requestError("MALFORMED_URL", "the query holds a malformed escape, invalid UTF-8, or NUL");
}

/** Whether a query may set a field: neither path nor body does, and its value is one text, or several. */
export function isSettable(
  path: readonly DescField[],
  { body, pathFields }: Pick<Binding, "body" | "pathFields">,
): boolean {
  if (body === "*" || body === path[0]) return false;
  const boundByPath = pathFields.some((bound) => formatFieldPath(bound) === formatFieldPath(path));
  const last = path.at(-1);
  return !boundByPath && last !== undefined && last.fieldKind !== "map" && isText(last);
}

function isText({ message }: DescField): boolean {
  return message === undefined || isWrapperDesc(message) || textTypes.has(message.typeName);
}

function setParameter(
  target: Target,
  { path, name, value }: { path: readonly DescField[]; name: string; value: string },
  seen: Set<string>,
  { violations }: ReadOptions,
): void {
  const key = formatFieldPath(path);
  const parent = parentOf(target, path);
  const field = path.at(-1);
  if (!field) return;
  const rival = oneofRival(parent, field);
  if (rival) {
    violations.add(name, `only one of ${rival.name} and ${field.name} may be set`);
    return;
  }
  if (seen.has(key) && field.fieldKind !== "list") {
    violations.add(name, "is there twice");
    return;
  }
  seen.add(key);
  const problem = mergeText(parent, field, value);
  if (problem !== undefined) violations.add(name, problem);
}
