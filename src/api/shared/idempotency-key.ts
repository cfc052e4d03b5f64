import { keyHeader, replayHeader } from "../../bounds/key-headers.ts";
import { derivedIdentity, type HeaderKeyed, type Identity } from "../../domain/operation-id.ts";
import type { Call } from "./call.ts";
import type { Form } from "./form.ts";

/** Letters of other alphabets come in as many forms as there are clients, and node reads none of them as they were meant. */
const plain = /^[ -~]*$/;

/**
 * The key that a request has in a header, in its normal form; null without the header. An empty one is refused: whoever sends
 * the header wants each call to count once. (The port refuses one that is there twice.)
 */
export function idempotencyKey(form: Form, { requestHeader }: Pick<Call, "requestHeader">): string | null {
  const value = requestHeader.get(keyHeader);
  if (value === "") form.refuse(keyHeader, "is empty; give a key, or leave the header out");
  if (value !== null && !plain.test(value)) {
    form.refuse(keyHeader, "holds what is no visible ASCII, which a header does not carry unharmed");
    return null;
  }
  return value === null ? null : form.key(keyHeader, value);
}

/** The identity of what a call of an older interface books: by the key in its header, which the interface itself has not. */
export function identityByHeader(form: Form, call: Call, face: HeaderKeyed): Identity {
  const key = idempotencyKey(form, call);
  return key === null ? call.identity(null) : derivedIdentity([face, call.organization.id, key]);
}

export function tellReplay({ responseHeader }: Call): void {
  responseHeader.set(replayHeader, "true");
}
