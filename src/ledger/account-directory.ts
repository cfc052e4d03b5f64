import { type AccountOwner, accountKey } from "../domain/account.ts";
import { accountIds, type WantedAccount } from "../store/account-ids.ts";
import type { Database } from "../store/driver/database.ts";
import type { AccountToLock } from "../store/lock.ts";

const entriesMax = 100_000;

/**
 * Which account an owner has in a currency. An account keeps its id for ever and is never deleted, so what was once
 * looked up stays true; nothing about its money is kept here.
 */
export class AccountDirectory {
  private readonly ids = new Map<string, string>();

  constructor(private readonly database: Database) {}

  /** The accounts with their ids; those that do not exist yet come into being. */
  async resolve(orgId: string, wanted: readonly WantedAccount[]): Promise<AccountToLock[]> {
    const known = wanted.map((account) => this.ids.get(directoryKey(orgId, account)));
    const missing = wanted.filter((_, index) => known[index] === undefined);
    const found =
      missing.length > 0 ? await accountIds(this.database.orm(), orgId, missing) : new Map<string, string>();
    return wanted.map((account, index) => {
      const { owner, currency } = account;
      const id = known[index] ?? this.remember(directoryKey(orgId, account), found.get(keyOf(account)));
      return { id, owner, currency };
    });
  }

  /** Whether the owner's account is known already, and the owner therefore exists. */
  knows(orgId: string, account: WantedAccount): boolean {
    return this.ids.has(directoryKey(orgId, account));
  }

  private remember(key: string, id: string | undefined): string {
    if (id === undefined) throw new Error(`account ${key} did not come into being`);
    const [oldest] = this.ids.keys();
    if (this.ids.size >= entriesMax && oldest !== undefined) this.ids.delete(oldest);
    this.ids.set(key, id);
    return id;
  }
}

function keyOf(account: { owner: AccountOwner; currency: string }): string {
  return accountKey(account.owner, account.currency);
}

function directoryKey(orgId: string, account: WantedAccount): string {
  return `${orgId}/${keyOf(account)}/${account.stripe}`;
}
