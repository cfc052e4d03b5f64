import type { Identity } from "../../domain/operation-id.ts";
import { isUuid, versionOf } from "../../domain/uuid.ts";
import { figuresOf } from "../../store/journal/known.ts";
import type { Call } from "../shared/call.ts";

/**
 * The ids under which this face shows operations, in their order: the id of the usage that one was made by, where that was a
 * UUID and is no operation's own id; then its own, so that no two are shown under one.
 */
export async function shownIds(call: Call, operations: readonly Identity[]): Promise<string[]> {
  const usageIds = operations.map(usageIdOf);
  const derived = usageIds.flatMap((id) => (id !== undefined && isDerived(id) ? [figuresOf(id)] : []));
  const known = derived.length === 0 ? undefined : await call.app.ledger.known(call.organization.id, derived);
  return operations.map(({ id }, index) => {
    const usageId = usageIds[index];
    return usageId === undefined || known?.has(usageId) === true ? id : usageId;
  });
}

/**
 * The key that is this face's id of a usage, if it is one. This face reads ids in lower case, so that a key in any other
 * form, which another interface may use, is none; nor is one of Apigee's, which is unique in less than the organization.
 */
function usageIdOf({ id, key }: Identity): string | undefined {
  const isUsageId = key !== null && isUuid(key) && key === key.toLowerCase() && versionOf(id) === "5";
  return isUsageId ? key : undefined;
}

/** Whether it can be an operation's own id, too: a UUID of another version that is one is no other key. */
function isDerived(id: string): boolean {
  return versionOf(id) === "5" || versionOf(id) === "8";
}
