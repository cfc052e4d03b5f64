import { boundedMap } from "../bounds/bounded-map.ts";
import type { AccountRef } from "../domain/account.ts";
import type { Database } from "../store/driver/database.ts";
import { accountIds } from "../store/settlement/account-ids.ts";
import type { LocatedAccount } from "../store/settlement/lock.ts";

const entriesMax = 100_000;

/** Where accounts are looked for: their organization, and the stripe of its counter-accounts. */
export interface DirectoryPlace {
  readonly orgId: string;
  readonly stripe: number;
}

interface Entry {
  readonly orgId: string;
  readonly id: string;
}

/** The accounts of a batch: those that exist, and those that do not yet. */
export interface Location {
  readonly existing: readonly LocatedAccount[];
  readonly missing: readonly AccountRef[];
}

/**
 * Which account an owner has in a currency. An account keeps its id for as long as it is there, so what was once looked
 * up stays true; only a database that was restored may have lost one. Nothing about its money is kept here.
 */
export class AccountDirectory {
  private readonly entries = boundedMap<Entry>(entriesMax);

  constructor(private readonly database: Database) {}

  async locate(place: DirectoryPlace, refs: readonly AccountRef[]): Promise<Location> {
    const existing: LocatedAccount[] = [];
    const unknown: AccountRef[] = [];
    for (const ref of refs) {
      const id = this.idOf(place, ref);
      if (id === undefined) unknown.push(ref);
      else existing.push({ ref, id });
    }
    if (unknown.length === 0) return { existing, missing: unknown };
    const found = await accountIds(this.database.keyed(), place, unknown);
    const missing = unknown.filter((ref) => {
      const id = found.get(ref.key);
      if (id === undefined) return true;
      this.remember(place, ref, id);
      existing.push({ ref, id });
      return false;
    });
    return { existing, missing };
  }

  remember(place: DirectoryPlace, ref: AccountRef, id: string): void {
    this.entries.set(nameOf(place, ref), { orgId: place.orgId, id });
  }

  /** Drops what turned out not to be there any more. */
  forget(place: DirectoryPlace, refs: readonly AccountRef[]): void {
    for (const ref of refs) this.entries.delete(nameOf(place, ref));
  }

  private idOf(place: DirectoryPlace, ref: AccountRef): string | undefined {
    const entry = this.entries.get(nameOf(place, ref));
    return entry?.orgId === place.orgId ? entry.id : undefined;
  }
}

/**
 * The name of an entry. A customer's account goes by its key alone, which is there already: should two organizations
 * have a customer of one id, they take turns.
 */
function nameOf({ orgId, stripe }: DirectoryPlace, ref: AccountRef): string {
  return "counter" in ref.owner ? `${orgId}/${ref.key}/${stripe}` : ref.key;
}
