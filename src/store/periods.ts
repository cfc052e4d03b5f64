import { and, asc, desc, eq, lt, type SQL, sql } from "drizzle-orm";
import { Amount } from "../domain/amount.ts";
import { type Account, readAccount, readColumns, withCustomerAndCurrency } from "./accounts.ts";
import type { Database } from "./driver/database.ts";
import type { Orm } from "./driver/orm.ts";
import { accounts, entries } from "./schema.ts";

/** An account's running totals at a moment. */
export interface RunningTotals {
  readonly funded: Amount;
  readonly spent: Amount;
}

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
 * What customers did in periods. All of an answer is as of one moment, and each account's totals are one look-up,
 * however long its history is.
 */
export class Periods {
  constructor(private readonly database: Database) {}

  /** The accounts of a customer, in the order of their currencies. */
  async list(
    which: { orgId: string; customerId: string; currency?: string | undefined; period?: Period | undefined },
    signal?: AbortSignal,
  ): Promise<AccountPeriod[]> {
    const { orgId, customerId, currency, period } = which;
    const orm = this.database.orm(signal);
    const opening = totalsBefore(orm, "opening", period === undefined ? thisMonth : moment(period.from));
    const closing = totalsBefore(orm, "closing", period === undefined ? sql`'infinity'` : moment(period.to));
    const columns = {
      account: readColumns,
      opening: { funded: opening.funded, spent: opening.spent },
      closing: { funded: closing.funded, spent: closing.spent },
    };
    const rows = await withCustomerAndCurrency(orm.select(columns).from(accounts).$dynamic())
      .leftJoinLateral(opening, sql`true`)
      .leftJoinLateral(closing, sql`true`)
      .where(
        and(
          eq(accounts.orgId, orgId),
          eq(accounts.customerId, customerId),
          currency === undefined ? undefined : eq(accounts.currency, currency),
        ),
      )
      .orderBy(asc(accounts.currency))
      .limit(accountsMax);
    return rows.map((row) => ({
      account: readAccount(row.account),
      opening: totalsOf(row.opening),
      closing: totalsOf(row.closing),
    }));
  }
}

/** Time never runs backwards along an account's versions, so the order by time is one walk along its index. */
function totalsBefore(orm: Orm, name: "opening" | "closing", before: SQL) {
  const { funded, spent, createdAt, version } = entries;
  return orm
    .select({ funded, spent })
    .from(entries)
    .where(and(eq(entries.orgId, accounts.orgId), eq(entries.accountId, accounts.id), lt(createdAt, before)))
    .orderBy(desc(createdAt), desc(version))
    .limit(1)
    .as(name);
}

function moment(at: Date): SQL {
  return sql`${at.toISOString()}::timestamptz`;
}

function totalsOf(row: { funded: string | null; spent: string | null } | null): RunningTotals {
  return { funded: Amount.of(row?.funded ?? "0"), spent: Amount.of(row?.spent ?? "0") };
}
