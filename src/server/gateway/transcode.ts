import { create, type DescField, isFieldSet, type Message, type Registry } from "@bufbuild/protobuf";
import { isReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import type { HttpBody } from "../../../gen/google/api/httpbody_pb.ts";
import { formatFieldPath } from "../json/fields.ts";
import { parseJson } from "../json/parse.ts";
import type { ReadOptions } from "../json/read.ts";
import { readField, readMessage } from "../json/read.ts";
import { stringifyExact } from "../json/stringify.ts";
import { parentOf, valueIn } from "../json/target.ts";
import { writeMessage } from "../json/write.ts";
import { Violations } from "../requests/violations.ts";
import type { StreamResult } from "../rpc/body-stream.ts";
import type { Binding } from "./binding.ts";
import type { Dialect } from "./dialect.ts";
import { type AnswerBody, jsonBody } from "./exchange.ts";
import { selectPart } from "./part.ts";
import { readQuery } from "./query.ts";
import type { Wishes } from "./system-parameters.ts";
import { mergeText } from "./text.ts";

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
 * Makes the request message. Where path and body set the same field, the path wins; a dialect that refuses what it does not
 * know refuses two values.
 *
 * @throws ConnectError MALFORMED_JSON, MALFORMED_URL, or INVALID_FIELDS with every value that does not fit.
 */
export function readRequest(binding: Binding, parts: RequestParts): Message {
  const violations = new Violations();
  const options: ReadOptions = { unknownFields: binding.dialect.unknownFields, violations };
  const { input } = binding.method;
  const request = { desc: input, message: create(input) };
  if (binding.body && parts.body.trim() !== "") {
    const json = parseJson(parts.body);
    if (binding.body === "*") readMessage(request, json, options);
    else readField(request, binding.body, json, options);
  }
  readQuery(request, parts.query, binding, options);
  for (const [index, path] of binding.pathFields.entries()) {
    const field = path.at(-1);
    if (field === undefined) continue;
    const parent = parentOf(request, path);
    const inBody = valueIn(parent, field);
    const name = nameOf(path, binding.dialect.names);
    const problem = mergeText(parent, field, parts.captures[index] ?? "");
    if (problem !== undefined) violations.add(name, problem);
    else if (inBody !== undefined && inBody !== valueIn(parent, field) && options.unknownFields === "refused")
      violations.add(name, "is another one in the path");
  }
  violations.throwIfAny();
  return request.message;
}

/** A field that the path sets has no name there, so it gets the one of answers. */
function nameOf(path: readonly DescField[], names: Dialect["names"]): string {
  return names === "proto" ? formatFieldPath(path) : path.map(({ jsonName }) => jsonName).join(".");
}

/**
 * Writes the body of the answer as the binding, its dialect and the request's wishes ask. The messages of a stream are lines of
 * JSON, but for those of google.api.HttpBody, which are the body as it is.
 */
export function writeResponse(
  binding: Binding,
  { message, others }: Pick<StreamResult, "message" | "others">,
  { registry, wishes }: { registry: Registry; wishes: Wishes },
): AnswerBody {
  const { method, dialect, responseBody, alone } = binding;
  if (binding.isBytes) {
    const body = bytesOf(message, responseBody);
    return others === undefined
      ? body
      : { ...body, others: { ...others, messages: dataOf(others.messages) } };
  }
  const { names, unsetFields, decimals, times } = dialect;
  const options = { registry, names, unsetFields, decimals, times, enums: wishes.enums };
  const jsonOf = (message: Message, indent: number) => {
    const body = alone !== undefined && isFieldSet(message, alone) ? alone : responseBody;
    const json = selectPart(writeMessage(method.output, message, options, body), wishes.part);
    return decimals === "numbers" ? stringifyExact(json, indent) : JSON.stringify(json, null, indent);
  };
  if (others === undefined) return jsonBody(jsonOf(message, wishes.indent));
  const lineOf = (message: Message) => jsonBody(jsonOf(message, 0));
  return {
    ...lineOf(message),
    contentType: "application/x-ndjson",
    others: { ...others, messages: linesOf(others.messages, lineOf) },
  };
}

async function* linesOf(
  messages: AsyncIterable<Message>,
  lineOf: (message: Message) => AnswerBody,
): AsyncIterable<Uint8Array> {
  for await (const message of messages) yield Buffer.from(lineOf(message).content);
}

/** What follows in a stream of google.api.HttpBody. The first one has said what it is. */
async function* dataOf(bodies: AsyncIterable<Message>): AsyncIterable<Uint8Array> {
  for await (const body of bodies) yield (body as HttpBody).data;
}

/** What a google.api.HttpBody holds, which is the answer as it is. */
function bytesOf(message: Message, field: DescField | undefined): AnswerBody {
  const body = field === undefined ? message : reflect(field.parent, message).get(field);
  const { contentType, data } = (isReflectMessage(body) ? body.message : body) as HttpBody;
  return { contentType: contentType || "application/octet-stream", content: data, bytes: data.length };
}
