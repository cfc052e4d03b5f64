import { v5 as nameBased } from "uuid";

/** A UUID of version 4 or 7, in lower case. */
const ownIdForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** The id that a key stands for in an organization, as docs/concepts/receipts-and-idempotency.md has it. */
export function operationIdOf(organizationId: string, key: string): string {
  const text = key.normalize("NFC");
  return ownIdForm.test(text) ? text : nameBased(text, organizationId);
}
