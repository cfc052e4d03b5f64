import { createHash } from "node:crypto";
import { v7 as uuidv7 } from "uuid";

/**
 * The id of an operation: its idempotency key in the form that the ledger keeps for ever. One key of one organization
 * always gives the same id; without a key every call gets a new one.
 */
export function operationId(which: { orgId: string; key: string | null }): string {
  return which.key === null ? uuidv7() : nameBasedUuid(`transfer/${which.key}`, which.orgId);
}

/**
 * A UUID of version 5 (RFC 9562, 5.5). Every call with a key makes one, and the library's takes four times as long as
 * node's own hash.
 */
function nameBasedUuid(name: string, namespace: string): string {
  const space = Buffer.from(namespace.replaceAll("-", ""), "hex");
  const hash = createHash("sha1").update(space).update(name).digest("hex");
  const variant = ((Number.parseInt(hash.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-5${hash.slice(13, 16)}-${variant}${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}
