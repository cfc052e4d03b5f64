import { and, desc, eq, isNotNull, lte, type SQL, sql } from "drizzle-orm";
import { type Transfer, transferOf } from "../../domain/recorded.ts";
import { table } from "../driver/arrays.ts";
import type { Cursor } from "../driver/cursor.ts";
import type { Database } from "../driver/database.ts";
import { entries } from "../journal/entries.ts";
import { recordedOf } from "../journal/recorded-row.ts";
import { isOperation, movedBy, o, operationColumns, sides, within } from "./sides.ts";
import { matching, matchingWords, type TransferFilter } from "./transfer-filter.ts";

/** Which transfers to answer, the newest first. */
export interface TransfersPage {
  readonly orgId: string;
  readonly filter: TransferFilter;
  /** Only transfers of these accounts, by their time there; of the whole organization where undefined. */
  readonly accountIds?: readonly string[] | undefined;
  readonly past?: Cursor | undefined;
  readonly rowsMax: number;
}

/** A transfer in a listing, and where the listing goes on after it. */
export interface ListedTransfer {
  readonly transfer: Transfer;
  readonly place: Cursor;
}

/** Reads transfers. Those that come while a listing goes on are newer than where it is, so it ends. */
export class Transfers {
  constructor(private readonly database: Database) {}

  async find(which: { orgId: string; id: string }, signal?: AbortSignal): Promise<Transfer | undefined> {
    const [row] = await this.database
      .orm(signal)
      .select()
      .from(o)
      .where(and(eq(o.orgId, which.orgId), eq(o.id, which.id)))
      .limit(1);
    return row && (transferOf(recordedOf(row)) ?? undefined);
  }

  async list(page: TransfersPage, signal?: AbortSignal): Promise<ListedTransfer[]> {
    const { accountIds } = page;
    return accountIds === undefined
      ? this.ofOrganization(page, signal)
      : this.ofAccounts(page, accountIds, signal);
  }

  private async ofOrganization(page: TransfersPage, signal?: AbortSignal): Promise<ListedTransfer[]> {
    const { orgId, past, filter, rowsMax } = page;
    const rows = await this.database
      .orm(signal)
      .select()
      .from(o)
      .where(
        and(
          eq(o.orgId, orgId),
          isNotNull(o.toAccountId),
          past && isBefore(sql`${o.createdAt}, ${o.id}`, past),
          matching(filter),
        ),
      )
      .orderBy(desc(o.createdAt), desc(o.id))
      .limit(rowsMax);
    return rows.map((row) => ({ transfer: movedBy(row), place: { at: row.createdAt, id: row.id } }));
  }

  /** As many of each account as may be needed, each account by its own index ranges. */
  private async ofAccounts(
    page: TransfersPage,
    accountIds: readonly string[],
    signal?: AbortSignal,
  ): Promise<ListedTransfer[]> {
    const { orgId, past, filter, rowsMax } = page;
    const theirs = entries(
      "e",
      (name) => {
        const side = sides[name];
        return sql`${and(
          sql`${side.accountId} = wanted_account`,
          eq(o.orgId, orgId),
          within(side.at, filter),
          past && lte(side.at, past.at),
          past && isBefore(sql`${side.at}, ${o.id}`, past),
          matchingWords(filter),
        )}`;
      },
      sql`order by at desc, id desc limit ${rowsMax}`,
    );
    const wanted = table("w", accountIds, { wanted_account: ["uuid", (id) => id] });
    const newest = sql`(select hit.id, hit.at from ${wanted} cross join lateral (
      select e.id, e.at from ${theirs}) as hit
      order by hit.at desc, hit.id desc limit ${rowsMax}) as hit`;
    const rows = await this.database
      .orm(signal)
      .select({ operation: operationColumns, at: sql`hit.at`.mapWith(o.toAt) })
      .from(newest)
      .innerJoin(o, isOperation(orgId, sql`hit.id`))
      .orderBy(sql`hit.at desc, hit.id desc`)
      .limit(rowsMax);
    return rows.map(({ operation, at }) => ({
      transfer: movedBy(operation),
      place: { at, id: operation.id },
    }));
  }
}

function isBefore(place: SQL, { at, id }: Cursor): SQL {
  return sql`(${place}) < (${at.toISOString()}::timestamptz, ${id}::uuid)`;
}
