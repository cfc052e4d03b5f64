import { ConnectError } from "@connectrpc/connect";
import { type BadRequest, BadRequestSchema } from "../../../gen/google/rpc/error_details_pb.ts";
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
}

/** A field that begins a sentence of an error's message: `usages[3].user_id: …`. */
const leadingField = /(^|; )([\w.[\]]+)(?=: )/g;

/**
 * The error of a method, which knows fields by their proto names, with those that the caller wrote. A field that is missing
 * has the name that the dialect's answers give it.
 */
export function inCallersWords(error: unknown, written: Written): unknown {
  if (!(error instanceof ConnectError)) return error;
  const [badRequest] = error.findDetails(BadRequestSchema);
  if (badRequest === undefined) return error;
  const rename = (path: string) =>
    withinBody(path, written.bodyField).replace(/\w+/g, (name) => writtenName(name, written)) || wholeBody;
  const fields = new Set(badRequest.fieldViolations.map(({ field }) => field));
  const message = error.rawMessage.replace(leadingField, (whole, before: string, path: string) =>
    fields.has(path) ? `${before}${rename(path)}` : whole,
  );
  const renamed = new ConnectError(message, error.code, error.metadata);
  renamed.details = error.details.map((detail) =>
    isBadRequest(detail) ? { desc: BadRequestSchema, value: renamedIn(badRequest, rename) } : detail,
  );
  return renamed;
}

function isBadRequest(detail: ConnectError["details"][number]): boolean {
  return ("desc" in detail ? detail.desc.typeName : detail.type) === BadRequestSchema.typeName;
}

function renamedIn({ fieldViolations }: BadRequest, rename: (path: string) => string) {
  return { fieldViolations: fieldViolations.map((each) => ({ ...each, field: rename(each.field) })) };
}

/** The path of a field from where the caller began to write: a field that the body is has no name there. */
function withinBody(path: string, bodyField: string | undefined): string {
  if (path === bodyField) return "";
  return bodyField !== undefined && path.startsWith(`${bodyField}.`)
    ? path.slice(bodyField.length + 1)
    : path;
}

function writtenName(protoName: string, { query, body, names }: Written): string {
  const jsonName = protoName.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  const [usual, other] = names === "json" ? [jsonName, protoName] : [protoName, jsonName];
  const isWritten = (name: string) => body.includes(`"${name}"`) || query.split(/[&=.]/).includes(name);
  return isWritten(other) && !isWritten(usual) ? other : usual;
}
