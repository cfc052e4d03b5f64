import { v5 as uuidv5, v7 as uuidv7 } from "uuid";

/**
 * The id of an operation: its idempotency key in the form that the ledger keeps for ever. One key of one organization
 * always gives the same id; without a key every call gets a new one.
 */
export function operationId(which: { orgId: string; key: string | null }): string {
  return which.key === null ? uuidv7() : uuidv5(`transfer/${which.key}`, which.orgId);
}
