import { sql } from "drizzle-orm";
import type { Amount } from "../../domain/amount.ts";
import type { Content } from "../../domain/command.ts";
import { array, type Columns, table } from "../arrays.ts";
import type { Database } from "../driver/database.ts";
import type { Orm } from "../driver/orm.ts";
import { retrying } from "../retry.ts";
import { type BookableRow, type BookingFacts, bookedAccounts, bookingFacts } from "./facts.ts";
import { ensureCounterAccounts, firstImportStripe, importStripe, type Place } from "./stripes.ts";

/** A transfer that an import books. */
export interface Booking {
  readonly id: string;
  readonly kind: "credit" | "charge" | "refund";
  readonly accountId: string;
  readonly counterAccountId: string;
  /** Above zero. */
  readonly amount: Amount;
  readonly source: string;
  readonly description: string;
  readonly userId: string;
  /** A JSON object as text. */
  readonly metadata: string;
  readonly refundOf: string | null;
  /** Its content, where the transfer itself does not tell. */
  readonly request: Content | null;
  /** Never before the booking before it, nor before what is on its accounts. */
  readonly createdAt: Date;
}

/** What an import books, and what it finds booked. */
export class ImportedBookings {
  constructor(private readonly database: Database) {}

  /** What is known of rows, in the order of their times, outside of any lock. */
  facts(place: Place, rows: readonly BookableRow[]): Promise<BookingFacts> {
    return retrying(async () => {
      const orm = this.database.orm();
      const stripe = (await this.stripeFor(place, rows)) ?? firstImportStripe;
      return bookingFacts(orm, { ...place, stripe }, rows);
    });
  }

  /**
   * Books what a plan asks for of rows in the order of their times, in one transaction: under the locks that every
   * settlement takes, in the same order, so it falls between two of them. Where all is booked already no lock is taken.
   */
  book<P extends { readonly bookings: readonly Booking[] }>(
    place: Place,
    rows: readonly BookableRow[],
    plan: (facts: BookingFacts) => P,
  ): Promise<P> {
    return retrying(async () => {
      const stripe = await this.stripeFor(place, rows);
      if (stripe === undefined) {
        return plan(await bookingFacts(this.database.orm(), { ...place, stripe: firstImportStripe }, rows));
      }
      await ensureCounterAccounts(this.database.orm(), place, stripe);
      return this.database.transaction(async (orm) => {
        const accounts = await bookedAccounts(orm, { ...place, stripe }, rows);
        await lock(
          orm,
          place.orgId,
          accounts.map(({ id }) => id),
        );
        const planned = plan(await bookingFacts(orm, { ...place, stripe }, rows));
        if (planned.bookings.length > 0) await write(orm, place, planned.bookings);
        return planned;
      });
    });
  }

  /** The signed sum of those of the transfers that are booked on a customer's account; null where it has no account. */
  async sumOf(of: Place & { customerId: string }, transferIds: readonly string[]): Promise<string> {
    const [row] = await retrying(() =>
      this.database.orm().execute<{ sum: string }>(sql`
        select coalesce(sum(case when t.to_account_id = a.id then t.amount else -t.amount end), 0) as sum
        from accounts a join transfers t on t.org_id = a.org_id and a.id in (t.from_account_id, t.to_account_id)
        where a.org_id = ${of.orgId}::uuid and a.customer_id = ${of.customerId}::uuid and a.currency = ${of.currency}
          and t.id = any(${array(transferIds, "uuid")})`),
    );
    return row?.sum ?? "0";
  }

  /** Balances in a currency by customer; customers without an account there are left out. */
  async balances(
    currency: string,
    of: readonly { orgId: string; accountId: string }[],
  ): Promise<Map<string, string>> {
    const wanted = table("w", of, {
      wanted_org: ["uuid", ({ orgId }) => orgId],
      wanted_customer: ["uuid", ({ accountId }) => accountId],
    });
    const rows = await retrying(() =>
      this.database.orm().execute<{ customerId: string; balance: string }>(sql`
        select customer_id as "customerId", funded - spent as balance from ${wanted}
        join accounts on org_id = wanted_org and customer_id = wanted_customer and currency = ${currency}`),
    );
    return new Map(rows.map(({ customerId, balance }) => [customerId, balance]));
  }

  /** The stripe for the first of the rows that is not booked; undefined where all are. */
  private async stripeFor(place: Place, rows: readonly BookableRow[]): Promise<number | undefined> {
    const orm = this.database.orm();
    const ids = rows.map(({ id }) => id);
    const booked = await orm.execute<{ id: string }>(sql`
      select id from transfers where org_id = ${place.orgId}::uuid and id = any(${array(ids, "uuid")})`);
    const isBooked = new Set(booked.map(({ id }) => id));
    const first = rows.find(({ id }) => !isBooked.has(id));
    return first && importStripe(orm, place, first.createdAt);
  }
}

async function lock(orm: Orm, orgId: string, ids: readonly string[]): Promise<void> {
  await orm.execute(sql`
    select id from accounts where org_id = ${orgId}::uuid and id = any(${array(ids, "uuid")})
    order by id for no key update`);
}

const columns: Columns<Booking & { readonly n: number }> = {
  n: ["bigint", ({ n }) => n],
  id: ["uuid", ({ id }) => id],
  kind: ["text", ({ kind }) => kind],
  account_id: ["uuid", ({ accountId }) => accountId],
  counter_id: ["uuid", ({ counterAccountId }) => counterAccountId],
  amount: ["numeric", ({ amount }) => amount.toString()],
  source: ["text", ({ source }) => source],
  description: ["text", ({ description }) => description],
  user_id: ["text", ({ userId }) => userId],
  metadata: ["json", ({ metadata }) => metadata],
  refund_of: ["uuid", ({ refundOf }) => refundOf],
  request: ["jsonb", ({ request }) => (request === null ? null : JSON.stringify(request))],
  created_at: ["timestamptz", ({ createdAt }) => createdAt],
};

/**
 * Writes transfers, entries and accounts in one statement, whose windows count the versions on and the totals up from
 * where the accounts stand. What a customer is credited adds to `funded`, what it is charged to `spent`, and a refund
 * takes from `spent`; a counter-account's side is funded by what it gets and spends what it gives.
 */
async function write(orm: Orm, { orgId, currency }: Place, bookings: readonly Booking[]): Promise<void> {
  const rows = bookings.map((booking, n) => ({ n, ...booking }));
  await orm.execute(sql`
    with given as (
      select g.*, kind = 'charge' as is_charge,
        case kind when 'credit' then amount else 0 end as credited,
        case kind when 'charge' then amount else 0 end as charged,
        case kind when 'refund' then amount else 0 end as refunded
      from ${table("g", rows, columns)}
    ), booked as materialized (
      select g.*, a.held,
        case when a.limit_ends_at <= now() then a.limit_afterwards else a.minimum_balance end as minimum_balance,
        a.version + row_number() over on_account as account_version,
        a.funded + sum(credited) over on_account as account_funded,
        a.spent + sum(charged - refunded) over on_account as account_spent,
        c.version + row_number() over on_counter as counter_version,
        c.funded + sum(charged) over on_counter as counter_funded,
        c.spent + sum(credited + refunded) over on_counter as counter_spent
      from given g
      join accounts a on a.org_id = ${orgId}::uuid and a.id = g.account_id
      join accounts c on c.org_id = ${orgId}::uuid and c.id = g.counter_id
      window on_account as (partition by g.account_id order by n rows unbounded preceding),
        on_counter as (partition by g.counter_id order by n rows unbounded preceding)
    ), booked_transfers as (
      insert into transfers (org_id, id, kind, amount, currency, from_account_id, from_version, to_account_id, to_version,
        source, description, user_id, metadata, refund_of, request, created_at)
      select ${orgId}::uuid, id, kind, amount, ${currency},
        case when is_charge then account_id else counter_id end,
        case when is_charge then account_version else counter_version end,
        case when is_charge then counter_id else account_id end,
        case when is_charge then counter_version else account_version end,
        source, description, user_id, metadata, refund_of, request, created_at
      from booked
    ), booked_entries as (
      insert into entries (org_id, account_id, version, transfer_id, amount, funded, spent, held, minimum_balance, created_at)
      select ${orgId}::uuid, account_id, account_version, id, case when is_charge then -amount else amount end,
        account_funded, account_spent, held, coalesce(minimum_balance, 0), created_at
      from booked
      union all
      select ${orgId}::uuid, counter_id, counter_version, id, case when is_charge then amount else -amount end,
        counter_funded, counter_spent, 0, null, created_at
      from booked
    )
    update accounts as a
    set version = newest.version, funded = newest.funded, spent = newest.spent, updated_at = newest.created_at
    from (
      (select distinct on (account_id) account_id as id, account_version as version, account_funded as funded,
        account_spent as spent, created_at from booked order by account_id, n desc)
      union all
      (select distinct on (counter_id) counter_id, counter_version, counter_funded, counter_spent, created_at
        from booked order by counter_id, n desc)
    ) newest
    where a.org_id = ${orgId}::uuid and a.id = newest.id`);
}
