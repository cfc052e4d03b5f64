import { ConnectError } from "@connectrpc/connect";
import { type BadRequest, BadRequestSchema } from "../../../gen/google/rpc/error_details_pb.ts";

/** The text of a request, as far as it names fields. */
interface Written {
  readonly query: string;
  readonly body: string;
}

/** A field that begins a sentence of an error's message: `usages[3].user_id: …`. */
const leadingField = /(^|; )([\w.[\]]+)(?=: )/g;

/**
 * The error of a method, which knows fields by their proto names, with those that the caller wrote. A field that is missing
 * has the name that the dialect's answers give it.
 */
export function inCallersWords(error: unknown, names: "proto" | "json", written: Written): unknown {
  if (!(error instanceof ConnectError)) return error;
  const [badRequest] = error.findDetails(BadRequestSchema);
  if (badRequest === undefined) return error;
  const rename = (path: string) => path.replace(/\w+/g, (name) => writtenName(name, names, written));
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

function writtenName(protoName: string, names: "proto" | "json", { query, body }: Written): string {
  const jsonName = protoName.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  const [usual, other] = names === "json" ? [jsonName, protoName] : [protoName, jsonName];
  const isWritten = (name: string) => body.includes(`"${name}"`) || query.split(/[&=.]/).includes(name);
  return isWritten(other) && !isWritten(usual) ? other : usual;
}
