import { sql } from "drizzle-orm";
import type { Database } from "../../../store/driver/database.ts";
import { array } from "../../../store/driver/statements/arrays.ts";
import { keys } from "../../../store/driver/statements/keys.ts";
import { retrying } from "../../../store/driver/transactions/retry.ts";
import { writeChange } from "../../../store/settlement/change.ts";
import { momentWithin } from "../../../store/settlement/moment.ts";
import {
  type Booking,
  type ChangedAccount,
  insertBookings,
  payerOrPayee,
  updateAccounts,
} from "./bookings.ts";
import { clockOf } from "./clock.ts";
import {
  type BookableRow,
  type BookingFacts,
  bookedAccounts,
  bookingFacts,
  lockedAccounts,
} from "./facts.ts";
import { ensureCounterAccounts, firstImportStripe, importStripe, type Place } from "./stripes.ts";

/** What is to be written of rows. */
export interface Bookings {
  readonly bookings: readonly Booking[];
  readonly changed: readonly ChangedAccount[];
}

/** What an import books, and what it finds booked. */
export class ImportedLedger {
  constructor(private readonly database: Database) {}

  /** What is known of rows, in the order of their times, outside of any lock. */
  facts(place: Place, rows: readonly BookableRow[]): Promise<BookingFacts> {
    return retrying(async () => this.unlocked(place, rows, await this.stripeFor(place, rows)));
  }

  /**
   * Books what a plan asks for of rows in the order of their times, in one transaction: under the locks that every
   * settlement takes, in the same order, so it falls between two of them. Where all is booked already no lock is taken.
   */
  book<P extends Bookings>(
    place: Place,
    rows: readonly BookableRow[],
    plan: (facts: BookingFacts) => P,
  ): Promise<P> {
    const { orgId } = place;
    return retrying(async () => {
      const stripe = await this.stripeFor(place, rows);
      if (stripe === undefined) return plan(await this.unlocked(place, rows, undefined));
      await ensureCounterAccounts(this.database.orm(), place, stripe);
      return this.database.transaction(async (orm, { isDistributed }) => {
        const found = await bookedAccounts(orm, { ...place, stripe }, rows);
        const ids = found.map(({ id }) => id);
        const accounts = await lockedAccounts(orm, orgId, ids);
        const moment = await momentWithin(orm, isDistributed);
        const planned = plan(await bookingFacts(orm, { ...place, accounts, now: moment.at }, rows));
        const { bookings, changed } = planned;
        const [first] = bookings;
        if (first === undefined) return planned;
        await insertBookings(orm, orgId, bookings);
        await updateAccounts(orm, orgId, changed);
        const operations = bookings.map(({ id }) => id);
        await writeChange(orm, moment, { orgId, customerId: payerOrPayee(first), operations, limited: [] });
        return planned;
      });
    });
  }

  /** The signed sum of those of the operations that are booked on a customer's account. */
  async sumOf(of: Place & { customerId: string }, ids: readonly string[]): Promise<string> {
    const { orgId, customerId, currency } = of;
    const [row] = await retrying(() =>
      this.database.orm().execute<{ sum: string }>(sql`
        select coalesce(sum(case when to_customer_id = ${customerId}::uuid then amount else -amount end), 0) as sum
        from ${keys(array(ids, "uuid"))} cross join lateral (
          select to_customer_id, amount from operations o
          where o.org_id = ${orgId}::uuid and o.id = w.id and to_account_id is not null
            and currency = ${currency} and ${customerId}::uuid in (from_customer_id, to_customer_id) limit 1) as o`),
    );
    return row?.sum ?? "0";
  }

  /** Balances by customer; customers without an account in the currency are left out. */
  async balances(
    { orgId, currency }: Place,
    customerIds: readonly string[],
  ): Promise<ReadonlyMap<string, string>> {
    const rows = await retrying(() =>
      this.database.orm().execute<{ customerId: string; balance: string }>(sql`
        select customer_id as "customerId", funded - spent - withdrawn as balance from accounts
        where org_id = ${orgId}::uuid and customer_id = any(${array(customerIds, "uuid")})
          and currency = ${currency}`),
    );
    return new Map(rows.map(({ customerId, balance }) => [customerId, balance]));
  }

  private async unlocked(
    place: Place,
    rows: readonly BookableRow[],
    stripe = firstImportStripe,
  ): Promise<BookingFacts> {
    const orm = this.database.orm();
    const accounts = await bookedAccounts(orm, { ...place, stripe }, rows);
    return bookingFacts(orm, { ...place, accounts, now: await clockOf(orm) }, rows);
  }

  /** The stripe for the first of the rows that is not booked; undefined where all are. */
  private async stripeFor(place: Place, rows: readonly BookableRow[]): Promise<number | undefined> {
    const orm = this.database.orm();
    const ids = rows.map(({ id }) => id);
    const booked = await orm.execute<{ id: string }>(sql`
      select w.id from ${keys(array(ids, "uuid"))} cross join lateral (
        select from operations o where o.org_id = ${place.orgId}::uuid and o.id = w.id limit 1) as booked`);
    const isBooked = new Set(booked.map(({ id }) => id));
    const first = rows.find(({ id }) => !isBooked.has(id));
    return first && importStripe(orm, place, first.createdAt);
  }
}
