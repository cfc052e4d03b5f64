import { sql } from "drizzle-orm";
import { Amount } from "../../domain/amount.ts";
import { array } from "../arrays.ts";
import type { Orm } from "../driver/orm.ts";
import type { Place } from "./stripes.ts";

/** A row that is to be booked, as far as it says what has to be known first. */
export interface BookableRow {
  readonly id: string;
  readonly customerId: string;
  /** The charge that it gives back. */
  readonly refundOf: string | null;
  readonly createdAt: Date;
}

/** Where rows are booked: the stripe is that of the counter-accounts. */
export interface BookedPlace extends Place {
  readonly stripe: number;
}

/** A balance's account, and when its newest entry was made. */
export interface BookedAccount {
  readonly accountId: string;
  readonly newestAt: Date | null;
}

/** A transfer that is in the ledger. */
export interface PresentTransfer {
  readonly amount: Amount;
  readonly currency: string;
  readonly fromAccountId: string;
  readonly toAccountId: string;
}

/** What has been charged and how much of it can be given back. */
export interface GivenCharge {
  readonly customerId: string;
  readonly left: Amount;
}

/** What decides about rows that are to be booked. */
export interface BookingFacts {
  /** The database's clock. */
  readonly now: Date;
  /** By customer. */
  readonly accounts: ReadonlyMap<string, BookedAccount>;
  /** The counter-accounts, by role. */
  readonly counters: ReadonlyMap<string, BookedAccount>;
  /** By id; undefined where the id is that of something else than a transfer. */
  readonly present: ReadonlyMap<string, PresentTransfer | undefined>;
  /** By id. */
  readonly charges: ReadonlyMap<string, GivenCharge>;
}

type AccountRow = {
  readonly id: string;
  readonly customerId: string | null;
  readonly role: string | null;
  readonly newestAt: string | null;
};

/** The accounts that rows are booked on: those of their customers, and the counter-accounts. */
export async function bookedAccounts(
  orm: Orm,
  of: BookedPlace,
  rows: readonly BookableRow[],
): Promise<AccountRow[]> {
  const customerIds = [...new Set(rows.map(({ customerId }) => customerId))];
  return [
    ...(await orm.execute<AccountRow>(sql`
      select id, customer_id as "customerId", role, case when version > 0 then updated_at end as "newestAt"
      from accounts
      where org_id = ${of.orgId}::uuid and currency = ${of.currency}
        and (customer_id = any(${array(customerIds, "uuid")}) or role is not null and stripe = ${of.stripe}::int)`)),
  ];
}

/** Everything that decides about rows. Each query asks one table for a list of keys, as the settlement's do. */
export async function bookingFacts(
  orm: Orm,
  of: BookedPlace,
  rows: readonly BookableRow[],
): Promise<BookingFacts> {
  const [accounts, present, others, charges, [clock]] = [
    await bookedAccounts(orm, of, rows),
    await transfersOf(
      orm,
      of.orgId,
      rows.map(({ id }) => id),
    ),
    await orm.execute<{ id: string }>(sql`
      select id from hold_events
      where org_id = ${of.orgId}::uuid and id = any(${array(
        rows.map(({ id }) => id),
        "uuid",
      )})`),
    await chargesOf(orm, of, rows),
    await orm.execute<{ now: string }>(sql`select date_trunc('milliseconds', clock_timestamp()) as now`),
  ];
  if (clock === undefined) throw new Error("the database has no clock");
  const customers = new Map(accounts.map(({ id, customerId }) => [id, customerId]));
  return {
    now: new Date(clock.now),
    accounts: keyed(accounts, ({ customerId }) => customerId),
    counters: keyed(accounts, ({ role }) => role),
    present: new Map([
      ...others.map(({ id }) => [id, undefined] as const),
      ...present.map((transfer) => [transfer.id, transfer] as const),
    ]),
    charges: new Map(
      charges.map(({ id, fromAccountId, left }) => [
        id,
        { customerId: customers.get(fromAccountId) ?? "", left },
      ]),
    ),
  };
}

function keyed(
  rows: readonly AccountRow[],
  keyOf: (row: AccountRow) => string | null,
): Map<string, BookedAccount> {
  return new Map(
    rows.flatMap((row) => {
      const key = keyOf(row);
      const newestAt = row.newestAt === null ? null : new Date(row.newestAt);
      return key === null ? [] : [[key, { accountId: row.id, newestAt }] as const];
    }),
  );
}

async function transfersOf(orm: Orm, orgId: string, ids: readonly string[]) {
  const rows = await orm.execute<{
    id: string;
    kind: string;
    amount: string;
    currency: string;
    fromAccountId: string;
    toAccountId: string;
  }>(sql`
    select id, kind, amount, currency, from_account_id as "fromAccountId", to_account_id as "toAccountId"
    from transfers where org_id = ${orgId}::uuid and id = any(${array(ids, "uuid")})`);
  return rows.map((row) => ({ ...row, amount: Amount.of(row.amount) }));
}

/** The charges that rows give back, as far as they are booked already, with what is left of each. */
async function chargesOf(orm: Orm, of: { orgId: string; currency: string }, rows: readonly BookableRow[]) {
  const ids = rows.flatMap(({ refundOf }) => refundOf ?? []);
  if (ids.length === 0) return [];
  const booked = await transfersOf(orm, of.orgId, ids);
  const sums = await orm.execute<{ refundOf: string; refunded: string }>(sql`
    select refund_of as "refundOf", sum(amount) as refunded from transfers
    where org_id = ${of.orgId}::uuid and refund_of = any(${array(ids, "uuid")}) group by refund_of`);
  const refunded = new Map(sums.map((row) => [row.refundOf, Amount.of(row.refunded)]));
  return booked
    .filter(({ kind, currency }) => kind === "charge" && currency === of.currency)
    .map((charge) => ({ ...charge, left: charge.amount.minus(refunded.get(charge.id) ?? Amount.zero) }));
}
