import { boundedMap } from "../bounds/bounded-map.ts";
import type { AccountRef } from "../domain/account.ts";
import type { Database } from "../store/driver/database.ts";
import { accountIds } from "../store/settlement/account-ids.ts";
import type { LocatedAccount } from "../store/settlement/lock.ts";

const entriesMax = 100_000;

/** Where accounts are looked up: in an organization, and among its counter-accounts in one stripe. */
export interface DirectoryPlace {
  readonly orgId: string;
  readonly stripe: number;
}

interface Entry {
  readonly orgId: string;
  readonly id: string;
}

/** The accounts of a batch: those that exist, and those that do not exist yet. */
export interface Location {
  readonly existing: readonly LocatedAccount[];
  readonly missing: readonly AccountRef[];
}

/**
 * Caches the ids of accounts, by owner and currency. An account never changes its id, so an entry stays true; only a database
 * that was restored may have lost the account. Nothing about money is kept here.
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

  /** Drops accounts that turned out not to exist any more. */
  forget(place: DirectoryPlace, refs: readonly AccountRef[]): void {
    for (const ref of refs) this.entries.delete(nameOf(place, ref));
  }

  private idOf(place: DirectoryPlace, ref: AccountRef): string | undefined {
    const entry = this.entries.get(nameOf(place, ref));
    return entry?.orgId === place.orgId ? entry.id : undefined;
  }
}

/**
 * The name of an entry. That of a customer's account is its key, which needs no new text. Should customers of two organizations
 * have the same id, they share one entry, which then belongs to whoever was looked up last.
 */
function nameOf({ orgId, stripe }: DirectoryPlace, ref: AccountRef): string {
  return "counter" in ref.owner ? `${orgId}/${ref.key}/${stripe}` : ref.key;
}
