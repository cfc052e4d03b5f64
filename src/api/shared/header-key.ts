import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { keyHeader } from "../../bounds/key-headers.ts";
import { normalForm } from "../../domain/text.ts";
import type { Call } from "./call.ts";
import { Form } from "./form.ts";
import { idempotencyKey } from "./idempotency-key.ts";

/** Puts the key of a header into a request. */
type Keyed = <R extends object>(request: R, call: Pick<Call, "requestHeader">) => R;

/**
 * How a method takes an idempotency key from a header: into the field `key` of its request. Where the request has rows with a key
 * each, a key in the header is refused: it cannot stand for all of them, and a retry must never book twice.
 */
export function headerKeyOf(input: DescMessage): Keyed {
  const field = input.fields.find(isKey);
  if (field !== undefined) return (request, call) => withKey(request, field.localName, call);
  const rows = input.fields.find(({ message }) => message?.fields.some(isKey));
  if (rows !== undefined) return (request, call) => withoutKey(request, rows.name, call);
  return (request) => request;
}

function withKey<R extends object>(request: R, name: string, call: Pick<Call, "requestHeader">): R {
  if (!call.requestHeader.has(keyHeader)) return request;
  const form = new Form();
  const key = idempotencyKey(form, call);
  const written = (request as { readonly [name: string]: unknown })[name] as string;
  if (key !== null && written !== "" && normalForm(written) !== key)
    form.refuse(keyHeader, `is another key than the request's ${name}; give one of them`);
  form.done();
  return key === null || written !== "" ? request : { ...request, [name]: key };
}

function withoutKey<R extends object>(
  request: R,
  rows: string,
  { requestHeader }: Pick<Call, "requestHeader">,
): R {
  const form = new Form();
  if (requestHeader.has(keyHeader))
    form.refuse(keyHeader, `has no place here; give each of ${rows} a key of its own`);
  form.done();
  return request;
}

function isKey(field: DescField): boolean {
  return field.name === "key" && field.fieldKind === "scalar" && field.scalar === ScalarType.STRING;
}
