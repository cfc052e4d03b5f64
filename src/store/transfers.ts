import { and, asc, desc, eq, type SQL, sql } from "drizzle-orm";
import type { Transfer } from "../domain/perform/transfer.ts";
import { array } from "./arrays.ts";
import type { Database } from "./driver/database.ts";
import { applicationName } from "./driver/pool.ts";
import { bookedTransfers, transferOf } from "./journal/known.ts";
import { entries, transfers } from "./schema.ts";
import type { Cursor } from "./tenants/organizations.ts";
import { matching, type TransferFilter } from "./transfer-filter.ts";
import { fromAccount, isFromAccount, isToAccount, toAccount } from "./transfer-sides.ts";

/** Which transfers to answer, by time and id. */
export interface TransfersPage {
  readonly orgId: string;
  readonly filter: TransferFilter;
  /** Only transfers of these accounts; of the whole organization where undefined. */
  readonly accountIds: readonly string[] | undefined;
  readonly ascending: boolean;
  readonly past: Cursor | undefined;
  readonly rowsMax: number;
}

/** Before every row that there is. */
const beginning: Cursor = { at: new Date(0), id: "00000000-0000-0000-0000-000000000000" };

/** Reads transfers. */
export class Transfers {
  constructor(private readonly database: Database) {}

  async find(which: { orgId: string; id: string }, signal?: AbortSignal): Promise<Transfer | undefined> {
    const found = await bookedTransfers(this.database.orm(signal), which.orgId, [which.id]);
    return found.get(which.id)?.booked.transfer;
  }

  /**
   * A page, and where the next one goes on; undefined where nothing is left. Oldest first a page that is not the last
   * ends where rows may still come in between, so it may be short, even empty.
   */
  async list(
    page: TransfersPage,
    signal?: AbortSignal,
  ): Promise<{ transfers: readonly Transfer[]; next: Cursor | undefined }> {
    // Before the rows are read: what had ended by then is among them.
    const settled = page.ascending ? await this.settledBefore(signal) : undefined;
    const rows = await this.rows({ ...page, rowsMax: page.rowsMax + 1 }, signal);
    if (rows.length <= page.rowsMax) return { transfers: rows, next: undefined };
    const shown = rows
      .slice(0, page.rowsMax)
      .filter(({ createdAt }) => settled === undefined || createdAt < settled);
    const last = shown.at(-1);
    const next = last === undefined ? (page.past ?? beginning) : { at: last.createdAt, id: last.id };
    return { transfers: shown, next };
  }

  /**
   * The moment before which no transfer can come any more: now, or the start of the oldest transaction that is still
   * writing. A transfer is never older than its transaction, and a settlement asks the clock only after its first lock
   * has made it one that writes. All of it by the database's clock, which must not be set back.
   */
  private async settledBefore(signal?: AbortSignal): Promise<Date> {
    const [row] = await this.database.orm(signal).execute<{ at: string }>(sql`
      select date_trunc('milliseconds', least(min(xact_start), clock_timestamp())) as at from pg_stat_activity
      where datname = current_database() and application_name = ${applicationName} and backend_xid is not null`);
    if (row === undefined) throw new Error("the database has no clock");
    return new Date(row.at);
  }

  private async rows(page: TransfersPage, signal?: AbortSignal): Promise<Transfer[]> {
    const { orgId, filter, accountIds } = page;
    const direction = page.ascending ? asc : desc;
    const isTheirs =
      accountIds === undefined
        ? and(isPast(page, sql`${transfers.createdAt}, ${transfers.id}`), matching(filter))
        : sql`${transfers.id} in (${firstOfEach(page, accountIds)})`;
    const rows = await this.database
      .orm(signal)
      .select({ transfer: transfers, fromAccount, toAccount })
      .from(transfers)
      .innerJoin(fromAccount, isFromAccount)
      .innerJoin(toAccount, isToAccount)
      .where(and(eq(transfers.orgId, orgId), isTheirs))
      .orderBy(direction(transfers.createdAt), direction(transfers.id))
      .limit(page.rowsMax);
    return rows.map((row) => transferOf(row.transfer, row.fromAccount, row.toAccount));
  }
}

function isPast({ past, ascending }: TransfersPage, place: SQL): SQL | undefined {
  if (past === undefined) return undefined;
  const order = sql.raw(ascending ? ">" : "<");
  return sql`(${place}) ${order} (${past.at.toISOString()}::timestamptz, ${past.id}::uuid)`;
}

/** As many of each account as may be needed, each account by its own index range. */
function firstOfEach(page: TransfersPage, accountIds: readonly string[]): SQL {
  const direction = sql.raw(page.ascending ? "asc" : "desc");
  const isWanted = and(
    eq(entries.orgId, page.orgId),
    sql`${entries.accountId} = w.account_id`,
    isPast(page, sql`${entries.createdAt}, ${entries.transferId}`),
    matching(page.filter),
  );
  return sql`select hit.transfer_id from unnest(${array(accountIds, "uuid")}) as w (account_id) cross join lateral (
    select ${entries.transferId} from ${entries}
    join ${transfers} on ${transfers.orgId} = ${entries.orgId} and ${transfers.id} = ${entries.transferId}
    where ${isWanted}
    order by ${entries.createdAt} ${direction}, ${entries.transferId} ${direction} limit ${page.rowsMax}) as hit`;
}
