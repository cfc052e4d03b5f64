import type { DescField, Message, Registry } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import { stringify } from "lossless-json";
import type { Binding } from "./binding.ts";
import type { Dialect } from "./dialect.ts";
import { formatFieldPath, parentOf } from "./fields.ts";
import { parseJson } from "./json/parse.ts";
import type { ReadOptions } from "./json/read.ts";
import { readField, readMessage } from "./json/read.ts";
import { writeMessage } from "./json/write.ts";
import { selectPart } from "./part.ts";
import { readQuery } from "./query.ts";
import type { Wishes } from "./system-parameters.ts";
import { mergeText } from "./text.ts";
import { Violations } from "./violations.ts";

/** The pieces of an HTTP request that make up the request message. */
export interface RequestParts {
  /** Values of the template's variables, decoded. */
  readonly captures: readonly string[];
  /** Without the `?`, still encoded. */
  readonly query: string;
  /** JSON text; empty counts as no body. */
  readonly body: string;
}

/**
 * Makes the request message. Where path and body set the same field, the path wins.
 *
 * @throws ConnectError MALFORMED_JSON, MALFORMED_URL, or INVALID_FIELDS with every value that does not fit.
 */
export function readRequest(binding: Binding, parts: RequestParts): Message {
  const violations = new Violations();
  const options: ReadOptions = { unknownFields: binding.dialect.unknownFields, violations };
  const request = reflect(binding.method.input);
  if (binding.body && parts.body.trim() !== "") {
    const json = parseJson(parts.body);
    if (binding.body === "*") readMessage(request, json, "", options);
    else readField(request, binding.body, json, nameOf([binding.body], binding.dialect.names), options);
  }
  readQuery(request, parts.query, binding, options);
  binding.pathFields.forEach((path, index) => {
    const field = path.at(-1);
    const problem = field && mergeText(parentOf(request, path), field, parts.captures[index] ?? "");
    if (problem !== undefined) violations.add(nameOf(path, binding.dialect.names), problem);
  });
  violations.throwIfAny();
  return request.message;
}

/** A field that the path sets has no name there, so it gets the one of answers. */
function nameOf(path: readonly DescField[], names: Dialect["names"]): string {
  return names === "proto" ? formatFieldPath(path) : path.map(({ jsonName }) => jsonName).join(".");
}

/** Writes the body of the answer as the binding, its dialect and the request's wishes ask. */
export function writeResponse(
  binding: Binding,
  message: Message,
  { registry, wishes }: { registry: Registry; wishes: Wishes },
): string {
  const { method, dialect, responseBody } = binding;
  const { names, unsetFields, decimals } = dialect;
  const options = { registry, names, unsetFields, decimals };
  const json = selectPart(writeMessage(method.output, message, options, responseBody), wishes.part);
  return decimals === "numbers"
    ? (stringify(json, null, wishes.indent) ?? "null")
    : JSON.stringify(json, null, wishes.indent);
}
