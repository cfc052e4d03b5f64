import { sql } from "drizzle-orm";
import { Amount } from "../../domain/amount.ts";
import type { Metadata, TransferKind } from "../../domain/operation.ts";
import type { Database } from "../driver/database.ts";
import { balanceAfter, type EntryPlace, entryOrder, entryRange, o } from "./sides.ts";

/** One line of an account's history. */
export interface HistoryLine {
  readonly id: string;
  readonly key: string | null;
  /** The account's version: lines run 1, 2, 3 with no gap. */
  readonly version: number;
  readonly kind: TransferKind;
  /** Signed: below zero where the account paid. */
  readonly amount: Amount;
  /** Of the account, after it. */
  readonly balance: Amount;
  readonly source: string;
  readonly description: string;
  readonly userId: string;
  readonly metadata: Metadata;
  /** Its time on this account. */
  readonly createdAt: Date;
}

/** Which lines to answer, newest first. */
export interface HistoryPage {
  readonly orgId: string;
  readonly accountId: string;
  /** Inclusive. */
  readonly from?: Date | undefined;
  /** Inclusive. */
  readonly to?: Date | undefined;
  /** Only lines older than this one. */
  readonly before?: EntryPlace | undefined;
  readonly rowsMax: number;
}

/** The histories of accounts that are settled. */
export class History {
  constructor(private readonly database: Database) {}

  async list(page: HistoryPage, signal?: AbortSignal): Promise<HistoryLine[]> {
    const { orgId, accountId, from, to: until, before: past, rowsMax } = page;
    const range = { orgId, accountId, times: { from }, until, past, ascending: false, rowsMax };
    return this.database
      .orm(signal)
      .select({
        id: sql<string>`e.id`,
        key: sql<string | null>`e.key`,
        version: sql`e.version`.mapWith(o.fromVersion),
        kind: sql<TransferKind>`e.kind`,
        amount: sql`e.amount`.mapWith(Amount.of),
        balance: balanceAfter.mapWith(Amount.of),
        source: sql<string>`e.source`,
        description: sql<string>`e.description`,
        userId: sql<string>`e.user_id`,
        metadata: sql`e.metadata`.mapWith(o.metadata),
        createdAt: sql`e.at`.mapWith(o.fromAt),
      })
      .from(entryRange(range))
      .orderBy(entryOrder(false))
      .limit(rowsMax);
  }
}
