import type { Call } from "./call.ts";
import type { Form } from "./form.ts";

/** Of the header that a request may have its key in. */
export const headerName = "idempotency-key";

/**
 * The key that a request has in a header, in its normal form; null without the header. An empty one is refused: whoever sends
 * the header wants each call to count once. (The port refuses one that is there twice.)
 */
export function idempotencyKey(form: Form, { requestHeader }: Pick<Call, "requestHeader">): string | null {
  const value = requestHeader.get(headerName);
  if (value === "") form.refuse(headerName, "is empty; give a key, or leave the header out");
  return value === null ? null : form.key(headerName, value);
}
