import { and, asc, desc, eq, gt, lt, lte } from "drizzle-orm";
import { balanceOf } from "../domain/account.ts";
import { Amount } from "../domain/amount.ts";
import type { Transfer } from "../domain/perform/transfer.ts";
import type { Database } from "./driver/database.ts";
import { transferOf } from "./journal/known.ts";
import { entries, transfers } from "./schema.ts";
import { matching, type TransferFilter, within } from "./transfer-filter.ts";
import { fromAccount, isFromAccount, isToAccount, toAccount } from "./transfer-sides.ts";

/** An account's totals as an entry left them. */
export interface Totals {
  readonly version: number;
  readonly funded: Amount;
  readonly spent: Amount;
  /** Time of the entry. */
  readonly at: Date;
}

/** One line of a statement. */
export interface Line {
  readonly version: number;
  /** Signed: below zero where the account paid. */
  readonly amount: Amount;
  /** The balance after it. */
  readonly posted: Amount;
  readonly transfer: Transfer;
}

/** Which lines to answer, in the order of their versions. */
export interface LinesPage {
  readonly orgId: string;
  readonly accountId: string;
  readonly filter?: TransferFilter;
  readonly ascending: boolean;
  /** Only lines past this version: above it, or where descending below it. */
  readonly pastVersion?: number | undefined;
  /** The highest version to answer. */
  readonly lastVersion?: number | undefined;
  readonly rowsMax: number;
}

/**
 * The statements of single accounts. Their versions have no gaps and are written under the account's lock, so a page
 * that goes on from a version neither skips nor repeats, whatever is booked meanwhile.
 */
export class Statements {
  constructor(private readonly database: Database) {}

  /** The totals on the newest entry, or on the newest one before a moment; undefined where there is none. */
  async totals(
    which: { orgId: string; accountId: string; before?: Date | undefined },
    signal?: AbortSignal,
  ): Promise<Totals | undefined> {
    const { version, funded, spent, createdAt } = entries;
    const [row] = await this.database
      .orm(signal)
      .select({ version, funded, spent, at: createdAt })
      .from(entries)
      .where(
        and(
          eq(entries.orgId, which.orgId),
          eq(entries.accountId, which.accountId),
          which.before && lt(createdAt, which.before),
        ),
      )
      // Time never runs backwards along an account's versions, so the order by time is one walk along its index.
      .orderBy(desc(createdAt), desc(version))
      .limit(1);
    return row && { ...row, funded: Amount.of(row.funded), spent: Amount.of(row.spent) };
  }

  async lines(page: LinesPage, signal?: AbortSignal): Promise<Line[]> {
    const { filter = {}, ascending, pastVersion, lastVersion } = page;
    const isPast = ascending ? gt : lt;
    const rows = await this.database
      .orm(signal)
      .select({ entry: entries, transfer: transfers, fromAccount, toAccount })
      .from(entries)
      .innerJoin(transfers, and(eq(transfers.orgId, entries.orgId), eq(transfers.id, entries.transferId)))
      .innerJoin(fromAccount, isFromAccount)
      .innerJoin(toAccount, isToAccount)
      .where(
        and(
          eq(entries.orgId, page.orgId),
          eq(entries.accountId, page.accountId),
          pastVersion === undefined ? undefined : isPast(entries.version, pastVersion),
          lastVersion === undefined ? undefined : lte(entries.version, lastVersion),
          within(entries.createdAt, filter),
          matching(filter),
        ),
      )
      .orderBy((ascending ? asc : desc)(entries.version))
      .limit(page.rowsMax);
    return rows.map(({ entry, transfer, ...sides }) => ({
      version: entry.version,
      amount: Amount.of(entry.amount),
      posted: balanceOf({ funded: Amount.of(entry.funded), spent: Amount.of(entry.spent) }),
      transfer: transferOf(transfer, sides.fromAccount, sides.toAccount),
    }));
  }
}
