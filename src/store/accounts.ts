import { and, eq, sql } from "drizzle-orm";
import type { PgSelect } from "drizzle-orm/pg-core";
import { type AccountOwner, type AccountState, minimumBalanceAt } from "../domain/account.ts";
import { Amount } from "../domain/amount.ts";
import type { Orm } from "./driver/orm.ts";
import { accounts, currencies, customers } from "./schema.ts";

/** An account as a reader sees it. */
export interface Account extends AccountState {
  readonly createdAt: Date;
  /** Time of the newest entry; of its creation where there is none. */
  readonly updatedAt: Date;
}

/** The columns of an account, and what decides about it now beside: its customer, its currency and the time. */
export const readColumns = {
  id: accounts.id,
  customerId: accounts.customerId,
  role: accounts.role,
  currency: accounts.currency,
  version: accounts.version,
  funded: accounts.funded,
  spent: accounts.spent,
  held: accounts.held,
  holdsExpireAt: accounts.holdsExpireAt,
  minimumBalance: accounts.minimumBalance,
  limitEndsAt: accounts.limitEndsAt,
  limitAfterwards: accounts.limitAfterwards,
  createdAt: accounts.createdAt,
  updatedAt: accounts.updatedAt,
  enabled: sql<boolean>`coalesce(${customers.state} = 'active' and ${customers.deletedAt} is null, true)`,
  creditLimit: sql<
    string | null
  >`case when ${customers.billingType} = 'postpaid' then coalesce(${accounts.ownCreditLimit}, ${currencies.creditLimit}) end`,
  now: sql<string>`now()`,
  /** What expired holds are still noted as held. */
  expired: sql<string>`case when ${accounts.holdsExpireAt} <= now() then (
    select coalesce(sum(h.remaining), 0) from holds h
    where h.org_id = ${accounts.orgId} and h.account_id = ${accounts.id} and h.state = 'active' and h.expires_at <= now()
  ) else 0 end`,
};

type Stored = typeof accounts.$inferSelect;
type AccountRow = Omit<Stored, "orgId" | "stripe" | "ownCreditLimit"> & {
  readonly enabled: boolean;
  readonly creditLimit: string | null;
  readonly now: string;
  readonly expired: string;
};

/** Accounts, a row each with all that `readAccount` asks of one. */
export function selectAccounts(orm: Orm) {
  return withCustomerAndCurrency(orm.select(readColumns).from(accounts).$dynamic());
}

/** Joins what `readColumns` takes from elsewhere, for a select that has other columns too. */
export function withCustomerAndCurrency<S extends PgSelect<"accounts">>(select: S) {
  return select
    .leftJoin(customers, and(eq(customers.orgId, accounts.orgId), eq(customers.id, accounts.customerId)))
    .leftJoin(currencies, and(eq(currencies.orgId, accounts.orgId), eq(currencies.code, accounts.currency)));
}

/** The account of a row that was read with `readColumns`, as it stands now. */
export function readAccount(row: AccountRow): Account {
  const owner = ownerOf(row);
  return {
    id: row.id,
    owner,
    currency: row.currency,
    version: row.version,
    funded: Amount.of(row.funded),
    spent: Amount.of(row.spent),
    held: Amount.of(row.held).minus(Amount.of(row.expired)),
    holdsExpireAt: row.holdsExpireAt,
    minimumBalance: "role" in owner ? null : minimumBalanceAt(limitOf(row), new Date(row.now)),
    enabled: row.enabled,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}

function limitOf(row: AccountRow) {
  return {
    own: optional(row.minimumBalance),
    endsAt: row.limitEndsAt,
    afterwards: optional(row.limitAfterwards),
    fallback: fallbackOf(row.creditLimit),
  };
}

/** How low a balance may go without a limit of its own. The credit limit is null where the customer is prepaid. */
export function fallbackOf(creditLimit: string | null): Amount {
  return creditLimit === null ? Amount.zero : Amount.of(creditLimit).negated();
}

function optional(amount: string | null): Amount | null {
  return amount === null ? null : Amount.of(amount);
}

export function ownerOf(row: Pick<Stored, "customerId" | "role">): AccountOwner {
  if (row.customerId !== null) return { customerId: row.customerId };
  if (row.role !== null) return { role: row.role };
  throw new Error("an account belongs to nobody");
}
