import { create, type DescField, type DescMessage, isMessage, type Message } from "@bufbuild/protobuf";
import {
  isReflectMessage,
  type ReflectList,
  type ReflectMap,
  type ReflectMessage,
  reflect,
} from "@bufbuild/protobuf/reflect";
import { anyIs } from "@bufbuild/protobuf/wkt";
import { ConnectError } from "@connectrpc/connect";
import {
  type BadRequest,
  type BadRequest_FieldViolation,
  BadRequestSchema,
  type ErrorInfo,
  ErrorInfoSchema,
} from "../../../gen/google/rpc/error_details_pb.ts";
import { type Status, StatusSchema } from "../../../gen/google/rpc/status_pb.ts";
import { HeldAny, messageIn } from "../../errors/held-any.ts";
import { wholeBody } from "../requests/violations.ts";
import { messagesIn } from "./fields.ts";
import { type Words, type Written, withinBody, wordsOf } from "./written.ts";

/** A field that begins a sentence of an error's message: `usages[3].user_id: …`. */
const leadingField = /(^|; )([\w.[\]]+)(?=: )/g;
/** What may be another field in the description of what is wrong with one: `is before start_time`. */
const mentionedField = /\b[a-z][a-z0-9]*(?:_[a-z0-9]+)+\b/g;

/** What an error says of fields. */
interface Told {
  readonly message: string;
  /** Those that do not fit. */
  readonly fieldViolations: BadRequest_FieldViolation[];
  /** Those that differ from what a key stands for, with commas between them. */
  readonly differing: string;
}

/**
 * The error of a method, which knows fields by their proto names, with those that the caller wrote. A field that is missing
 * has the name that the dialect's answers give it.
 */
export function inCallersWords(error: unknown, written: Written): unknown {
  if (!(error instanceof ConnectError)) return error;
  const told = toldBy(
    error.rawMessage,
    error.findDetails(BadRequestSchema),
    error.findDetails(ErrorInfoSchema),
  );
  if (told === undefined) return error;
  const { message, fieldViolations } = retold(told, wordsOf(written));
  const renamed = new ConnectError(message, error.code, error.metadata);
  renamed.details = error.details.map((detail) =>
    isBadRequest(detail) ? { desc: BadRequestSchema, value: { fieldViolations } } : detail,
  );
  return renamed;
}

/** Puts the caller's names into errors that a method has put into its answer, such as those of some lines of a batch. */
export function tellAnswerInCallersWords(output: DescMessage, answer: Message, written: Written): void {
  if (!messagesIn(output).has(StatusSchema)) return;
  const words = wordsOf(written);
  for (const status of statusesIn(reflect(output, answer))) {
    const { details } = status;
    const unpacked = <D extends DescMessage>(desc: D) =>
      details.flatMap((detail) => messageIn(detail, desc) ?? []);
    const told = toldBy(status.message, unpacked(BadRequestSchema), unpacked(ErrorInfoSchema));
    if (told === undefined) continue;
    const { message, fieldViolations } = retold(told, words);
    const badRequest = new HeldAny(BadRequestSchema, create(BadRequestSchema, { fieldViolations }));
    status.message = message;
    status.details = details.map((detail) => (anyIs(detail, BadRequestSchema) ? badRequest : detail));
  }
}

/** Undefined where it says nothing of fields. */
function toldBy(
  message: string,
  [badRequest]: readonly BadRequest[],
  [info]: readonly ErrorInfo[],
): Told | undefined {
  const { fieldViolations = [] } = badRequest ?? {};
  const { differing = "" } = info?.metadata ?? {};
  return badRequest === undefined && differing === "" ? undefined : { message, fieldViolations, differing };
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

function retold({ message, fieldViolations, differing }: Told, { bodyField, nameOf }: Words): Told {
  const rename = (path: string) => withinBody(path, bodyField).replace(/\w+/g, nameOf) || wholeBody;
  const reword = (description: string) => description.replace(mentionedField, nameOf);
  const renamed = fieldViolations.map((each) => ({
    ...each,
    field: rename(each.field),
    description: reword(each.description),
  }));
  const fields = new Map(fieldViolations.map(({ field }, at) => [field, renamed[at]?.field]));
  const phrases = new Map(
    fieldViolations.map(({ description }, at) => [description, renamed[at]?.description ?? ""]),
  );
  if (differing !== "") {
    const phrase = differing.replaceAll(",", ", ");
    phrases.set(phrase, reword(phrase));
  }
  const leading = message.replace(leadingField, (whole, before: string, path: string) => {
    const field = fields.get(path);
    return field === undefined ? whole : `${before}${field}`;
  });
  return { differing, message: reworded(leading, phrases), fieldViolations: renamed };
}

/** A message, which may quote callers, with only some of its phrases in other words. */
function reworded(message: string, phrases: Iterable<readonly [string, string]>): string {
  let text = message;
  for (const [phrase, other] of phrases) if (phrase !== other) text = text.replaceAll(phrase, () => other);
  return text;
}

function isBadRequest(detail: ConnectError["details"][number]): boolean {
  return ("desc" in detail ? detail.desc.typeName : detail.type) === BadRequestSchema.typeName;
}
