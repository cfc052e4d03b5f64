import { and, asc, eq, sql } from "drizzle-orm";
import { balanceOf } from "../domain/account.ts";
import { Amount } from "../domain/amount.ts";
import { type CustomerId, isCustomer, lockCustomer } from "./customer-row.ts";
import type { Customer } from "./customers.ts";
import type { Orm } from "./driver/orm.ts";
import { accounts, customers } from "./schema.ts";

/** Why a customer was not deleted: an account in which it owes, or holds money. */
export interface Unsettled {
  readonly unsettled: {
    readonly customerId: string;
    readonly currency: string;
    readonly balance: Amount;
    readonly held: Amount;
  };
}

/** Currencies that one customer may have accounts in: as many as there can be. */
const accountsMax = 10_000;

/**
 * Deletes a customer, in a transaction, and answers it as it was: nobody finds it any more and nothing can be charged to
 * it, while its history stays. Takes the locks that decisions take, so nothing is booked between the look at its balances
 * and the deletion; and what comes later is refused. Undefined where there is no such customer.
 */
export async function deleteCustomer(orm: Orm, which: CustomerId): Promise<Customer | Unsettled | undefined> {
  const customer = await lockCustomer(orm, which, "update");
  if (customer === undefined) return undefined;
  const isTheirs = and(eq(accounts.orgId, which.orgId), eq(accounts.customerId, which.id));
  await orm
    .select({ id: accounts.id })
    .from(accounts)
    .where(isTheirs)
    .orderBy(asc(accounts.id))
    .for("no key update");
  const unsettled = await firstUnsettled(orm, which);
  if (unsettled !== undefined) return unsettled;
  // An import takes over what has changed elsewhere since, so it has to see that this has changed too.
  const deleted = { deletedAt: sql`now()`, updatedAt: sql`now()` };
  await orm.update(customers).set(deleted).where(isCustomer(which));
  return customer;
}

/** A statement after the one that waited for the locks, so that it sees whatever was booked until then. */
async function firstUnsettled(orm: Orm, which: CustomerId): Promise<Unsettled | undefined> {
  // The names of the table written out: Drizzle leaves them away where a query has but one.
  const held = sql<string>`(select coalesce(sum(h.remaining), 0) from holds h where h.org_id = accounts.org_id
    and h.account_id = accounts.id and h.state = 'active' and h.expires_at > clock_timestamp())`;
  const rows = await orm
    .select({ currency: accounts.currency, funded: accounts.funded, spent: accounts.spent, held })
    .from(accounts)
    .where(and(eq(accounts.orgId, which.orgId), eq(accounts.customerId, which.id)))
    .orderBy(asc(accounts.currency))
    .limit(accountsMax);
  for (const row of rows) {
    const balance = balanceOf({ funded: Amount.of(row.funded), spent: Amount.of(row.spent) });
    const aside = Amount.of(row.held);
    if (balance.equals(Amount.zero) && aside.equals(Amount.zero)) continue;
    return { unsettled: { customerId: which.id, currency: row.currency, balance, held: aside } };
  }
  return undefined;
}
