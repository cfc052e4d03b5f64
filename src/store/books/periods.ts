import { asc, type SQL, sql } from "drizzle-orm";
import type { RunningTotals } from "../../domain/account.ts";
import { Amount } from "../../domain/amount.ts";
import type { Database } from "../driver/database.ts";
import { accounts } from "../schema.ts";
import { type Account, readAccount, readColumns, withCustomerAndCurrency } from "./account.ts";
import { unsettled } from "./account-reader.ts";
import { type Books, clockOf, isIn, rightBefore, untilFinal } from "./moments.ts";
import { readSettled, type Settler } from "./settler.ts";
import { entryOrder, entryRange } from "./sides.ts";

/** An account, and its totals at the start and at the end of a period. */
export interface AccountPeriod {
  readonly account: Account;
  readonly opening: RunningTotals;
  readonly closing: RunningTotals;
}

/** From a moment on, up to and without another; from the start of the database's month up to now where undefined. */
export interface Period {
  readonly from: Date;
  readonly to: Date;
}

/** More than an organization may have currencies. */
const accountsMax = 10_000;
const thisMonth = sql`date_trunc('month', now(), 'UTC')`;

/**
 * What customers did in periods. All of an answer is as of one moment, each account's totals are one look-up, however
 * long its history is, and those of a period that is over never change.
 */
export class Periods {
  constructor(
    private readonly database: Database,
    private readonly settler: Settler,
  ) {}

  /** The accounts of a customer, in the order of their currencies. */
  async list(which: Books & { period?: Period | undefined }, signal?: AbortSignal): Promise<AccountPeriod[]> {
    const { orgId, period } = which;
    if (period !== undefined) await this.untilOver(which, period, signal);
    return readSettled(
      { settler: this.settler, orgId, signal },
      () => this.read(which, signal),
      (read) => unsettled(read.map(({ account }) => account)),
    );
  }

  private async untilOver(books: Books, { to }: Period, signal?: AbortSignal): Promise<void> {
    const clock = await clockOf(this.database, signal);
    if (to > clock) return;
    await untilFinal(this.database, books, { at: rightBefore(to), clock }, signal);
  }

  private async read(
    which: Books & { period?: Period | undefined },
    signal?: AbortSignal,
  ): Promise<AccountPeriod[]> {
    const { orgId, period } = which;
    const orm = this.database.orm(signal);
    const from = period === undefined ? thisMonth : moment(period.from);
    const to = period === undefined ? sql`'infinity'::timestamptz` : moment(period.to);
    const columns = {
      account: readColumns(orgId),
      opening: totalsOf("opening"),
      closing: totalsOf("closing"),
    };
    const rows = await withCustomerAndCurrency(orm.select(columns).from(accounts).$dynamic(), orgId)
      .leftJoinLateral(totalsBefore("opening", orgId, from), sql`true`)
      .leftJoinLateral(totalsBefore("closing", orgId, to), sql`true`)
      .where(isIn(which))
      .orderBy(asc(accounts.currency))
      .limit(accountsMax);
    return rows.map(({ account, ...totals }) => ({ account: readAccount(account), ...totals }));
  }
}

/** Time runs along an account's versions, so this is one walk along its index. */
function totalsBefore(name: string, orgId: string, before: SQL): SQL {
  const range = { orgId, accountId: sql`${accounts.id}`, before, ascending: false, rowsMax: 1 };
  return sql`(select funded, spent, withdrawn from ${entryRange(range)}
    order by ${entryOrder(false)} limit 1) as ${sql.raw(name)}`;
}

/** Zero where there was no entry yet. */
function totalsOf(name: string) {
  const total = (column: string) => sql`coalesce(${sql.raw(`${name}.${column}`)}, 0)`.mapWith(Amount.of);
  return { funded: total("funded"), spent: total("spent"), withdrawn: total("withdrawn") };
}

function moment(at: Date): SQL {
  return sql`${at.toISOString()}::timestamptz`;
}
