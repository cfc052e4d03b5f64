import { create, type DescField, type DescMessage, isMessage, type Message } from "@bufbuild/protobuf";
import {
  isReflectMessage,
  type ReflectList,
  type ReflectMap,
  type ReflectMessage,
  reflect,
} from "@bufbuild/protobuf/reflect";
import { anyPack, anyUnpack } from "@bufbuild/protobuf/wkt";
import { ConnectError } from "@connectrpc/connect";
import {
  type BadRequest_FieldViolation,
  BadRequestSchema,
} from "../../../gen/google/rpc/error_details_pb.ts";
import { type Status, StatusSchema } from "../../../gen/google/rpc/status_pb.ts";
import { fieldNamesIn, messagesIn } from "./fields.ts";
import { wholeBody } from "./violations.ts";

/** Whether answers have the proto's names of fields, or those of JSON. */
export type Names = "proto" | "json";

/** The text of a request, as far as it names fields. */
interface Written {
  readonly query: string;
  readonly body: string;
  /** The names of fields of which the text has none. */
  readonly names: Names;
  /** The proto name of the field that the body is; unset where the body is the whole message. */
  readonly bodyField?: string | undefined;
  /** What the request is. */
  readonly input: DescMessage;
}

/** A field that begins a sentence of an error's message: `usages[3].user_id: …`. */
const leadingField = /(^|; )([\w.[\]]+)(?=: )/g;
/** What may be another field in the description of what is wrong with one: `is before start_time`. */
const mentionedField = /\b[a-z][a-z0-9]*(?:_[a-z0-9]+)+\b/g;

/** How a caller calls fields, looked up once in what it wrote: that may be long, and errors many. */
interface Words {
  readonly bodyField: string | undefined;
  readonly nameOf: (name: string) => string;
}

/** What is said of fields that do not fit. */
interface Told {
  readonly message: string;
  readonly fieldViolations: BadRequest_FieldViolation[];
}

/**
 * The error of a method, which knows fields by their proto names, with those that the caller wrote. A field that is missing
 * has the name that the dialect's answers give it.
 */
export function inCallersWords(error: unknown, written: Written): unknown {
  if (!(error instanceof ConnectError)) return error;
  const [badRequest] = error.findDetails(BadRequestSchema);
  if (badRequest === undefined) return error;
  const { fieldViolations } = badRequest;
  const { message, ...value } = retold({ message: error.rawMessage, fieldViolations }, wordsOf(written));
  const renamed = new ConnectError(message, error.code, error.metadata);
  renamed.details = error.details.map((detail) =>
    isBadRequest(detail) ? { desc: BadRequestSchema, value } : detail,
  );
  return renamed;
}

/** Puts the caller's names into errors that a method has put into its answer, such as those of some lines of a batch. */
export function tellAnswerInCallersWords(output: DescMessage, answer: Message, written: Written): void {
  if (!messagesIn(output).has(StatusSchema)) return;
  const words = wordsOf(written);
  for (const status of statusesIn(reflect(output, answer))) {
    status.details = status.details.map((detail) => {
      const badRequest = anyUnpack(detail, BadRequestSchema);
      if (badRequest === undefined) return detail;
      const { fieldViolations } = badRequest;
      const { message, ...value } = retold({ message: status.message, fieldViolations }, words);
      status.message = message;
      return anyPack(BadRequestSchema, create(BadRequestSchema, value));
    });
  }
}

function* statusesIn(holder: ReflectMessage): Iterable<Status> {
  if (isMessage(holder.message, StatusSchema)) yield holder.message;
  for (const field of holder.fields) {
    if (!holdsStatus(field) || !holder.isSet(field)) continue;
    const held = holder.get(field) as ReflectMessage | ReflectList | ReflectMap;
    const values = isReflectMessage(held) ? [held] : held.values();
    for (const value of values) yield* statusesIn(value as ReflectMessage);
  }
}

function holdsStatus({ message }: DescField): boolean {
  return message !== undefined && messagesIn(message).has(StatusSchema);
}

function retold({ message, fieldViolations }: Told, { bodyField, nameOf }: Words): Told {
  const rename = (path: string) => withinBody(path, bodyField).replace(/\w+/g, nameOf) || wholeBody;
  const reword = (description: string) => description.replace(mentionedField, nameOf);
  const fields = new Set(fieldViolations.map(({ field }) => field));
  const renamed = message.replace(leadingField, (whole, before: string, path: string) =>
    fields.has(path) ? `${before}${rename(path)}` : whole,
  );
  return {
    message: reworded(renamed, fieldViolations, reword),
    fieldViolations: fieldViolations.map((each) => ({
      ...each,
      field: rename(each.field),
      description: reword(each.description),
    })),
  };
}

/** A message, which may quote callers, with only those of its parts in other words that are descriptions. */
function reworded(
  message: string,
  violations: readonly BadRequest_FieldViolation[],
  reword: (description: string) => string,
): string {
  const descriptions = new Set(violations.map(({ description }) => description));
  return [...descriptions].reduce((text, each) => text.replaceAll(each, () => reword(each)), message);
}

function isBadRequest(detail: ConnectError["details"][number]): boolean {
  return ("desc" in detail ? detail.desc.typeName : detail.type) === BadRequestSchema.typeName;
}

/** The path of a field from where the caller began to write: a field that the body is has no name there. */
function withinBody(path: string, bodyField: string | undefined): string {
  if (path === bodyField) return "";
  return bodyField !== undefined && path.startsWith(`${bodyField}.`)
    ? path.slice(bodyField.length + 1)
    : path;
}

/** The name of a field of the request as it was written; what is no field, such as the key of a map, keeps its own. */
function wordsOf(written: Written): Words {
  const known = fieldNamesIn(written.input);
  const names = new Map<string, string>();
  const nameOf = (name: string) => {
    if (!known.has(name)) return name;
    const found = names.get(name) ?? writtenName(name, written);
    names.set(name, found);
    return found;
  };
  return { bodyField: written.bodyField, nameOf };
}

function writtenName(protoName: string, { query, body, names }: Written): string {
  const jsonName = protoName.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  const [usual, other] = names === "json" ? [jsonName, protoName] : [protoName, jsonName];
  const isWritten = (name: string) => body.includes(`"${name}"`) || query.split(/[&=.]/).includes(name);
  return isWritten(other) && !isWritten(usual) ? other : usual;
}
