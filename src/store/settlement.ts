import { and, asc, eq, sql } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import { accountKey } from "../domain/account.ts";
import type { Decision } from "../domain/decide.ts";
import { type Account, accountOf, ownerOf, selectAccounts, type WantedAccount } from "./accounts.ts";
import { array } from "./arrays.ts";
import type { Orm } from "./database.ts";
import { Superseded } from "./errors.ts";
import { accounts } from "./schema.ts";

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
    from unnest(${array(ids, "uuid[]")}, ${array(customerIds, "uuid[]")}, ${array(roles, "text[]")},
      ${array(stripes, "smallint[]")}, ${array(currencies, "text[]")}) as w (id, customer_id, role, stripe, currency)
    on conflict do nothing`);
  const rows = await orm
    .select({
      id: accounts.id,
      customerId: accounts.customerId,
      role: accounts.role,
      currency: accounts.currency,
    })
    .from(accounts)
    .where(sql`${accounts.orgId} = ${orgId} and exists (
      select from unnest(${array(customerIds, "uuid[]")}, ${array(roles, "text[]")}, ${array(stripes, "smallint[]")},
        ${array(currencies, "text[]")}) as w (customer_id, role, stripe, currency)
      where w.customer_id is not distinct from ${accounts.customerId} and w.role is not distinct from ${accounts.role}
        and w.stripe = ${accounts.stripe} and w.currency = ${accounts.currency})`);
  return new Map(rows.map((row) => [accountKey(ownerOf(row), row.currency), row.id]));
}

/** Locks accounts in the order of their ids, as every batch does, and reads them under the lock. */
export async function lockAccounts(orm: Orm, orgId: string, ids: readonly string[]): Promise<Account[]> {
  const rows = await selectAccounts(orm)
    .where(and(eq(accounts.orgId, orgId), sql`${accounts.id} = any(${array(ids, "uuid[]")})`))
    .orderBy(asc(accounts.id))
    .for("no key update", { of: accounts });
  return rows.map(accountOf);
}

/** The database's clock, to the millisecond. Asked after the locks are held, it never runs behind an entry under them. */
export async function clock(orm: Orm): Promise<Date> {
  const [row] = await orm.execute<{ at: string }>(
    sql`select date_trunc('milliseconds', clock_timestamp()) as at`,
  );
  if (row === undefined) throw new Error("the database has no clock");
  return new Date(row.at);
}

/**
 * Writes what a batch came to, in one statement however large the batch is. Throws `Superseded` where another batch
 * has booked one of the transfer ids since the known ones were read.
 */
export async function writeDecision(orm: Orm, orgId: string, decision: Decision): Promise<void> {
  const { booked, accounts: changed } = decision;
  const moved = booked.map(({ transfer }) => transfer);
  const sides = booked.flatMap(({ transfer, from, to }) => [
    { transferId: transfer.id, at: transfer.createdAt, ...from },
    { transferId: transfer.id, at: transfer.createdAt, ...to },
  ]);
  const at = moved[0]?.createdAt.toISOString();
  if (at === undefined) return;
  const org = sql`${orgId}::uuid`;
  const time = sql`${at}::timestamptz`;

  const [row] = await orm.execute<{ written: number }>(sql`
    with written as (
      insert into transfers (org_id, id, key, kind, amount, currency, from_account_id, from_version, to_account_id,
        to_version, source, description, user_id, metadata, created_at)
      select ${org}, id, key, kind, amount, currency, from_account_id, from_version, to_account_id, to_version, source,
        description, user_id, metadata::json, ${time}
      from unnest(
        ${array(
          moved.map(({ id }) => id),
          "uuid[]",
        )},
        ${array(
          moved.map(({ key }) => key),
          "text[]",
        )},
        ${array(
          moved.map(({ kind }) => kind),
          "text[]",
        )},
        ${array(
          moved.map(({ amount }) => amount.toString()),
          "numeric[]",
        )},
        ${array(
          moved.map(({ currency }) => currency),
          "text[]",
        )},
        ${array(
          booked.map(({ from }) => from.account.id),
          "uuid[]",
        )},
        ${array(
          booked.map(({ from }) => from.account.version),
          "bigint[]",
        )},
        ${array(
          booked.map(({ to }) => to.account.id),
          "uuid[]",
        )},
        ${array(
          booked.map(({ to }) => to.account.version),
          "bigint[]",
        )},
        ${array(
          moved.map(({ source }) => source),
          "text[]",
        )},
        ${array(
          moved.map(({ description }) => description),
          "text[]",
        )},
        ${array(
          moved.map(({ userId }) => userId),
          "text[]",
        )},
        ${array(
          moved.map(({ metadata }) => JSON.stringify(metadata)),
          "text[]",
        )}
      ) as t (id, key, kind, amount, currency, from_account_id, from_version, to_account_id, to_version, source,
        description, user_id, metadata)
      on conflict do nothing
      returning 1
    ), entered as (
      insert into entries (org_id, account_id, version, transfer_id, amount, funded, spent, held, minimum_balance, created_at)
      select ${org}, account_id, version, transfer_id, amount, funded, spent, held, minimum_balance, ${time}
      from unnest(
        ${array(
          sides.map(({ account }) => account.id),
          "uuid[]",
        )},
        ${array(
          sides.map(({ account }) => account.version),
          "bigint[]",
        )},
        ${array(
          sides.map(({ transferId }) => transferId),
          "uuid[]",
        )},
        ${array(
          sides.map(({ amount }) => amount.toString()),
          "numeric[]",
        )},
        ${array(
          sides.map(({ account }) => account.funded.toString()),
          "numeric[]",
        )},
        ${array(
          sides.map(({ account }) => account.spent.toString()),
          "numeric[]",
        )},
        ${array(
          sides.map(({ account }) => account.held.toString()),
          "numeric[]",
        )},
        ${array(
          sides.map(({ account }) => account.minimumBalance?.toString() ?? null),
          "numeric[]",
        )}
      ) as e (account_id, version, transfer_id, amount, funded, spent, held, minimum_balance)
    ), moved as (
      update accounts set version = c.version, funded = c.funded, spent = c.spent, updated_at = ${time}
      from unnest(
        ${array(
          changed.map(({ id }) => id),
          "uuid[]",
        )},
        ${array(
          changed.map(({ version }) => version),
          "bigint[]",
        )},
        ${array(
          changed.map(({ funded }) => funded.toString()),
          "numeric[]",
        )},
        ${array(
          changed.map(({ spent }) => spent.toString()),
          "numeric[]",
        )}
      ) as c (id, version, funded, spent)
      where accounts.org_id = ${org} and accounts.id = c.id
    )
    select count(*)::int as written from written`);
  if (row?.written !== moved.length) throw new Superseded("a transfer id was booked meanwhile");
}
