import { setTimeout as sleep } from "node:timers/promises";
import { and, asc, eq, type SQL } from "drizzle-orm";
import { invalidField } from "../../domain/refusal.ts";
import { clockIn } from "../driver/clock.ts";
import { type Database, laneTransactionMsMax } from "../driver/database.ts";
import { accounts, customers } from "../schema.ts";

/** Whose books are read. */
export interface Books {
  readonly orgId: string;
  readonly customerId: string;
  /** Undefined: in every currency. */
  readonly currency?: string | undefined;
}

/** The same in one currency. */
export interface AccountBooks extends Books {
  readonly currency: string;
}

/** The accounts of some books, as a condition. */
export function isIn({ orgId, customerId, currency }: Books): SQL | undefined {
  return and(
    eq(accounts.orgId, orgId),
    eq(accounts.customerId, customerId),
    currency === undefined ? undefined : eq(accounts.currency, currency),
  );
}

/** Of what is older each batch has ended, also where a process was late to end its transaction. */
export const youngMs = 2 * laneTransactionMsMax;
/** More than an organization may have currencies. */
const accountsMax = 10_000;

/** The database's clock, to the millisecond, as every operation has it. */
export function clockOf(database: Database, signal?: AbortSignal): Promise<Date> {
  return clockIn(database.orm(signal));
}

/** Nothing has an earlier time, and PostgreSQL reads no earlier one in this form. Clients that leave a time unset may send it. */
const earliestMs = Date.parse("0001-01-01T00:00:00Z");

/** The last moment of what ends, exclusive, at another. */
export function rightBefore(end: Date): Date {
  return new Date(Math.max(end.getTime() - 1, earliestMs));
}

/** Refuses a moment ahead of the database's clock. */
export function requirePast(field: string, at: Date, clock: Date): void {
  if (at > clock)
    throw invalidField(field, `is ahead of the database's clock, which says ${clock.toISOString()}`);
}

/**
 * Waits until nothing with this time or an older one can come into a customer's books any more, so that what is read
 * afterwards stays as it is; what time alone has caused by then is settled by the reader.
 *
 * Each batch asks the clock while it holds the locks of its accounts, or that of the customer (FOR KEY SHARE) where an
 * account is new. Once the clock is past the moment, a batch that has no lock yet will have a later time; those that
 * have one are waited for, by asking for the same locks: accounts FOR SHARE and, where one may be new, the customer FOR
 * UPDATE, the only lock that KEY SHARE keeps out. To have had a lock is enough, so none is kept, no two of these
 * statements hold locks at once, and the read is a statement of its own, which sees what was committed until then.
 */
export async function untilFinal(
  database: Database,
  books: Books,
  of: { at: Date; clock: Date },
  signal?: AbortSignal,
): Promise<void> {
  if (of.clock.getTime() - of.at.getTime() > youngMs) return;
  let clock = of.clock;
  while (clock <= of.at) {
    await sleep(of.at.getTime() - clock.getTime() + 1, undefined, { signal });
    clock = await clockOf(database, signal);
  }
  const locked = await accountsPassed(database, books, signal);
  if (books.currency === undefined || locked === 0) await customerPassed(database, books, signal);
}

async function accountsPassed(database: Database, books: Books, signal?: AbortSignal): Promise<number> {
  const locked = await database
    .orm(signal)
    .select({ id: accounts.id })
    .from(accounts)
    .where(isIn(books))
    .orderBy(asc(accounts.id))
    .limit(accountsMax)
    .for("share");
  return locked.length;
}

async function customerPassed(database: Database, books: Books, signal?: AbortSignal): Promise<void> {
  await database
    .orm(signal)
    .select({ id: customers.id })
    .from(customers)
    .where(and(eq(customers.orgId, books.orgId), eq(customers.id, books.customerId)))
    .limit(1)
    .for("update");
}
