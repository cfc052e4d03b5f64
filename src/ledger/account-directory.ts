import { LRUCache } from "lru-cache";
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
  private readonly ids = new LRUCache<string, string>({ max: entriesMax });

  constructor(private readonly database: Database) {}

  async locate(place: DirectoryPlace, refs: readonly AccountRef[]): Promise<Location> {
    const unknown = refs.filter((ref) => !this.ids.has(nameOf(place, ref)));
    if (unknown.length > 0) {
      const found = await accountIds(this.database.keyed(), place, unknown);
      for (const ref of unknown) this.remember(place, ref, found.get(ref.key));
    }
    const located = refs.map((ref) => ({ ref, id: this.ids.get(nameOf(place, ref)) }));
    return {
      existing: located.filter((account): account is LocatedAccount => account.id !== undefined),
      missing: located.flatMap(({ ref, id }) => (id === undefined ? [ref] : [])),
    };
  }

  remember(place: DirectoryPlace, ref: AccountRef, id: string | undefined): void {
    if (id !== undefined) this.ids.set(nameOf(place, ref), id);
  }

  /** Drops what turned out not to be there any more. */
  forget(place: DirectoryPlace, refs: readonly AccountRef[]): void {
    for (const ref of refs) this.ids.delete(nameOf(place, ref));
  }
}

function nameOf({ orgId, stripe }: DirectoryPlace, ref: AccountRef): string {
  return "counter" in ref.owner ? `${orgId}/${ref.key}/${stripe}` : `${orgId}/${ref.key}`;
}
