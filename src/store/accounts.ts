import { and, eq, sql } from "drizzle-orm";
import type { AccountOwner, AccountState } from "../domain/account.ts";
import { Amount } from "../domain/amount.ts";
import type { Database, Orm } from "./database.ts";
import { accounts, customers } from "./schema.ts";

/** An account as a reader sees it. */
export interface Account extends AccountState {
  readonly createdAt: Date;
  /** Time of the newest entry; of its creation where there is none. */
  readonly updatedAt: Date;
}

/** An account that a batch is about to touch, before its row is known. */
export interface WantedAccount {
  readonly owner: AccountOwner;
  readonly currency: string;
  /** 0 for a customer's account. */
  readonly stripe: number;
}

/** The columns of an account, with what its customer's row says about it. */
export const accountColumns = {
  id: accounts.id,
  customerId: accounts.customerId,
  role: accounts.role,
  currency: accounts.currency,
  version: accounts.version,
  funded: accounts.funded,
  spent: accounts.spent,
  held: accounts.held,
  minimumBalance: accounts.minimumBalance,
  createdAt: accounts.createdAt,
  updatedAt: accounts.updatedAt,
  enabled: sql<boolean>`coalesce(${customers.state} = 'active' and ${customers.deletedAt} is null, true)`,
};

type AccountRow = Pick<
  typeof accounts.$inferSelect,
  | "id"
  | "customerId"
  | "role"
  | "currency"
  | "version"
  | "funded"
  | "spent"
  | "held"
  | "minimumBalance"
  | "createdAt"
  | "updatedAt"
> & { enabled: boolean };

export function accountOf(row: AccountRow): Account {
  const owner = ownerOf(row);
  const minimumBalance = "role" in owner ? null : Amount.of(row.minimumBalance ?? "0");
  return {
    ...row,
    owner,
    funded: Amount.of(row.funded),
    spent: Amount.of(row.spent),
    held: Amount.of(row.held),
    minimumBalance,
  };
}

export function ownerOf(row: Pick<AccountRow, "customerId" | "role">): AccountOwner {
  if (row.customerId !== null) return { customerId: row.customerId };
  if (row.role !== null) return { role: row.role };
  throw new Error("an account belongs to nobody");
}

/** Reads accounts without locking them. */
export class Accounts {
  constructor(private readonly database: Database) {}

  /** A customer's account in a currency; undefined where it has none yet. */
  async find(
    which: { orgId: string; customerId: string; currency: string },
    signal?: AbortSignal,
  ): Promise<Account | undefined> {
    const { orgId, customerId, currency } = which;
    const rows = await selectAccounts(this.database.orm(signal))
      .where(
        and(eq(accounts.orgId, orgId), eq(accounts.customerId, customerId), eq(accounts.currency, currency)),
      )
      .limit(1);
    return rows[0] === undefined ? undefined : accountOf(rows[0]);
  }
}

export function selectAccounts(orm: Orm) {
  return orm
    .select(accountColumns)
    .from(accounts)
    .leftJoin(customers, and(eq(customers.orgId, accounts.orgId), eq(customers.id, accounts.customerId)));
}
