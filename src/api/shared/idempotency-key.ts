import type { Call } from "./call.ts";
import type { Form } from "./form.ts";

/** Letters of other alphabets come in as many forms as there are clients, and node reads none of them as they were meant. */
const plain = /^[ -~]*$/;

/** Of the header that a request may have its key in. */
export const headerName = "idempotency-key";

/**
 * The key that a request has in a header, in its normal form; null without the header. An empty one is refused: whoever sends
 * the header wants each call to count once. (The port refuses one that is there twice.)
 */
export function idempotencyKey(form: Form, { requestHeader }: Pick<Call, "requestHeader">): string | null {
  const value = requestHeader.get(headerName);
  if (value === "") form.refuse(headerName, "is empty; give a key, or leave the header out");
  if (value !== null && !plain.test(value)) {
    form.refuse(headerName, "holds what is no visible ASCII, which a header does not carry unharmed");
    return null;
  }
  return value === null ? null : form.key(headerName, value);
}
