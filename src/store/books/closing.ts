import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import type { Database } from "../driver/database.ts";
import { type Books, clockOf, rightBefore, untilFinal, youngMs } from "./moments.ts";

const pauseMs = 20;

/** A period's end, exclusive, and whether the period is closed: whether nothing can come into it any more. */
export interface PeriodEnd {
  readonly at: Date;
  readonly isClosed: boolean;
}

/** Closes periods, so that what is read of them afterwards stays as it is. An end that is not given is that of now. */
export class Closing {
  /** @param patienceMs how long batches are waited for that had begun before the end of a period */
  constructor(
    private readonly database: Database,
    private readonly patienceMs = 5_000,
  ) {}

  /**
   * Of an organization, by the clock of its bookings. A batch asks the clock once it has its locks: so when the clock is past the
   * end, all that may yet come before it are among the transactions that have such locks. They are told of by one server: where the
   * database is distributed it waits for nobody, and only a period that ended long ago is closed.
   */
  async ofOrganization(asked: Date | undefined, signal?: AbortSignal): Promise<PeriodEnd> {
    const clock = await clockOf(this.database, signal);
    const at = asked ?? clock;
    if (at > clock) return { at, isClosed: false };
    if (clock.getTime() - at.getTime() > youngMs) return { at, isClosed: true };
    if (await this.database.isDistributed()) return { at, isClosed: false };
    return { at, isClosed: await this.haveEnded(signal) };
  }

  /** Of a customer, by the times on its accounts; what time alone has caused by then is settled by the reader. */
  async ofCustomer(books: Books, asked: Date | undefined, signal?: AbortSignal): Promise<PeriodEnd> {
    const clock = await clockOf(this.database, signal);
    const at = asked ?? clock;
    if (at > clock) return { at, isClosed: false };
    await untilFinal(this.database, books, { at: rightBefore(at), clock }, signal);
    return { at, isClosed: true };
  }

  /** Whether the batches that run now have ended, within the patience. */
  private async haveEnded(signal?: AbortSignal): Promise<boolean> {
    const until = performance.now() + this.patienceMs;
    let running = await this.batches(signal);
    while (running.size > 0) {
      if (performance.now() >= until) return false;
      await sleep(pauseMs, undefined, { signal });
      const still = await this.batches(signal);
      running = new Set([...running].filter((each) => still.has(each)));
    }
    return true;
  }

  /** The numbers of the transactions that have locked accounts, or customers whose accounts they make. */
  private async batches(signal?: AbortSignal): Promise<ReadonlySet<string>> {
    const rows = await this.database.orm(signal).execute<{ xid: string }>(lockers);
    return new Set(rows.map(({ xid }) => xid));
  }
}

/** More than a server has connections. */
const lockersMax = 100_000;

const lockers = sql`
    select distinct own.transactionid::text as xid
    from pg_locks own join pg_locks held on held.pid = own.pid
    where own.locktype = 'transactionid' and own.mode = 'ExclusiveLock' and own.granted
      and held.locktype = 'relation' and held.relation in ('accounts'::regclass, 'customers'::regclass)
      and held.database = (select oid from pg_database where datname = current_database())
    limit ${lockersMax}`;
