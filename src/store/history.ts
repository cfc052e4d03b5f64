import { and, desc, eq, gte, lt, lte } from "drizzle-orm";
import { Amount } from "../domain/amount.ts";
import type { TransferKind } from "../domain/perform/transfer.ts";
import type { Database } from "./driver/database.ts";
import { entries, transfers } from "./schema.ts";

/** One line of an account's history. */
export interface HistoryLine {
  readonly transferId: string;
  /** The account's version: lines run 1, 2, 3 with no gap. */
  readonly version: number;
  readonly kind: TransferKind;
  /** Signed: below zero where the account paid. */
  readonly amount: Amount;
  readonly source: string;
  readonly description: string;
  readonly userId: string;
  readonly metadata: { readonly [key: string]: unknown };
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
  /** Only lines older than this version. */
  readonly beforeVersion?: number | undefined;
  readonly rowsMax: number;
}

/** The statements of accounts. */
export class History {
  constructor(private readonly database: Database) {}

  async list(page: HistoryPage, signal?: AbortSignal): Promise<HistoryLine[]> {
    const rows = await this.database
      .orm(signal)
      .select({
        transferId: entries.transferId,
        version: entries.version,
        kind: transfers.kind,
        amount: entries.amount,
        source: transfers.source,
        description: transfers.description,
        userId: transfers.userId,
        metadata: transfers.metadata,
        createdAt: entries.createdAt,
      })
      .from(entries)
      .innerJoin(transfers, and(eq(transfers.orgId, entries.orgId), eq(transfers.id, entries.transferId)))
      .where(
        and(
          eq(entries.orgId, page.orgId),
          eq(entries.accountId, page.accountId),
          page.from && gte(entries.createdAt, page.from),
          page.to && lte(entries.createdAt, page.to),
          page.beforeVersion === undefined ? undefined : lt(entries.version, page.beforeVersion),
        ),
      )
      .orderBy(desc(entries.version))
      .limit(page.rowsMax);
    return rows.map((row) => ({ ...row, amount: Amount.of(row.amount) }));
  }
}
