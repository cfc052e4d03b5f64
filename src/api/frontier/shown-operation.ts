import { type Identity, identityOf } from "../../domain/operation-id.ts";
import type { Recorded } from "../../domain/recorded.ts";
import { figuresOf, type Wanted } from "../../store/journal/known.ts";
import type { Call } from "../shared/call.ts";
import { shownIds } from "./shown-id.ts";

/**
 * What this face shows under ids, in lower case. One that is derived from a key is shown of an operation that another
 * interface made, too, and stands for that one, whoever used it as a key.
 */
export async function operationsShown(
  call: Call,
  ids: readonly string[],
  wanted: (id: string) => Wanted,
): Promise<ReadonlyMap<string, Recorded>> {
  const { id: orgId } = call.organization;
  const ownIds = ids.map((id) => identityOf(orgId, id).id);
  const known = await call.app.ledger.known(orgId, [...new Set([...ownIds, ...ids])].map(wanted));
  const others = ids.flatMap((id) => known.get(id)?.recorded ?? []);
  const shown = new Map((await shownIds(call, others)).map((id, index) => [id, others[index]]));
  const found = ids.flatMap((id, index): [string, Recorded][] => {
    const recorded = shown.get(id) ?? known.get(ownIds[index] ?? id)?.recorded;
    return recorded === undefined ? [] : [[id, recorded]];
  });
  return new Map(found);
}

/** The identities of usages by their ids: of what is shown under the id already, so that no id is shown twice. */
export async function usageIdentities(call: Call, ids: readonly string[]): Promise<Identity[]> {
  const identities = ids.map((id) => call.identity(id));
  const derived = ids.filter((id, index) => identities[index]?.id !== id);
  if (derived.length === 0) return identities;
  const shown = await operationsShown(call, derived, figuresOf);
  return identities.map((identity, index) => {
    const { id, key } = shown.get(ids[index] ?? "") ?? identity;
    return { id, key };
  });
}
