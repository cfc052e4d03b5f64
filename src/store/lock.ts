import { and, asc, eq, sql } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import { type AccountOwner, accountKey } from "../domain/account.ts";
import { type AccountRow, ownerOf, selectAccounts } from "./accounts.ts";
import { array } from "./arrays.ts";
import type { Orm } from "./orm.ts";
import { accounts } from "./schema.ts";

/** An account that a batch is about to touch, before its row is known. */
export interface WantedAccount {
  readonly owner: AccountOwner;
  readonly currency: string;
  /** 0 for a customer's account. */
  readonly stripe: number;
}

/**
 * The ids of the accounts by `accountKey`; those that do not exist yet come into being, whoever else creates them at
 * the same time. In a statement of its own and not in the batch's transaction, so that no batch waits for another's
 * commit while it holds locks.
 */
export async function accountIds(
  orm: Orm,
  orgId: string,
  wanted: readonly WantedAccount[],
): Promise<Map<string, string>> {
  const customerIds = wanted.map(({ owner }) => ("customerId" in owner ? owner.customerId : null));
  const roles = wanted.map(({ owner }) => ("role" in owner ? owner.role : null));
  const stripes = wanted.map(({ stripe }) => stripe);
  const currencies = wanted.map(({ currency }) => currency);
  const ids = wanted.map(() => uuidv7());
  await orm.execute(sql`
    insert into accounts (org_id, id, customer_id, role, stripe, currency)
    select ${orgId}::uuid, id, customer_id, role, stripe, currency
    from unnest(${array(ids, "uuid")}, ${array(customerIds, "uuid")}, ${array(roles, "text")},
      ${array(stripes, "smallint")}, ${array(currencies, "text")}) as w (id, customer_id, role, stripe, currency)
    on conflict do nothing`);
  // Two joins and not one condition on both kinds, so that each finds its accounts by its index.
  const columns = sql`select a.id, a.customer_id as "customerId", a.role, a.currency`;
  const rows = await orm.execute<{
    id: string;
    customerId: string | null;
    role: string | null;
    currency: string;
  }>(sql`
    ${columns}
    from unnest(${array(customerIds, "uuid")}, ${array(currencies, "text")}) as w (customer_id, currency)
    join accounts a on a.org_id = ${orgId}::uuid and a.customer_id = w.customer_id and a.currency = w.currency
    union all ${columns}
    from unnest(${array(roles, "text")}, ${array(stripes, "smallint")}, ${array(currencies, "text")})
      as w (role, stripe, currency)
    join accounts a on a.org_id = ${orgId}::uuid and a.role = w.role and a.stripe = w.stripe and a.currency = w.currency`);
  return new Map(rows.map((row) => [accountKey(ownerOf(row), row.currency), row.id]));
}

/** Locks accounts in the order of their ids, as every batch does. */
export async function lockAccounts(orm: Orm, orgId: string, ids: readonly string[]): Promise<void> {
  await orm
    .select({ id: accounts.id })
    .from(accounts)
    .where(and(eq(accounts.orgId, orgId), sql`${accounts.id} = any(${array(ids, "uuid")})`))
    .orderBy(asc(accounts.id))
    .for("no key update");
}

/**
 * Reads accounts that are locked. A statement after the one that waited for the locks, so that it sees whatever was
 * committed until then, of customers and currencies too.
 */
export function lockedAccounts(orm: Orm, orgId: string, ids: readonly string[]): Promise<AccountRow[]> {
  return selectAccounts(orm).where(
    and(eq(accounts.orgId, orgId), sql`${accounts.id} = any(${array(ids, "uuid")})`),
  );
}

/** The database's clock, to the millisecond. Asked after the locks are held, it never runs behind an entry under them. */
export async function clock(orm: Orm): Promise<Date> {
  const [row] = await orm.execute<{ at: string }>(
    sql`select date_trunc('milliseconds', clock_timestamp()) as at`,
  );
  if (row === undefined) throw new Error("the database has no clock");
  return new Date(row.at);
}
