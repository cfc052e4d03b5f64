import type { Call } from "./call.ts";
import type { Form } from "./form.ts";

const name = "idempotency-key";

/**
 * The key that a request has in a header, in its normal form; null without the header. An empty one is refused: whoever sends
 * the header wants each call to count once. (The port refuses one that is there twice.)
 */
export function idempotencyKey(form: Form, { requestHeader }: Pick<Call, "requestHeader">): string | null {
  const value = requestHeader.get(name);
  if (value === "") form.refuse(name, "is empty; give a key, or leave the header out");
  return value === null ? null : form.key(name, value);
}
