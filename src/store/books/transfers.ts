import { and, eq, gte, lte, type SQL, sql } from "drizzle-orm";
import { type Transfer, transferOf } from "../../domain/recorded.ts";
import type { Database } from "../driver/database.ts";
import { table } from "../driver/statements/arrays.ts";
import { type Cursor, isAt } from "../driver/statements/cursor.ts";
import { lookThrough, type Portion } from "../driver/statements/portion.ts";
import { entries } from "../journal/entries.ts";
import { recordedOf } from "../journal/recorded-row.ts";
import { bookingsByTime } from "./bookings.ts";
import { isOperation, movedBy, o, operationColumns, sides, within } from "./sides.ts";
import { matchingWords, type TransferFilter } from "./transfer-filter.ts";

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

  async find(which: { orgId: string; id: string }): Promise<Transfer | undefined> {
    const [row] = await this.database
      .keyed()
      .select()
      .from(o)
      .where(and(eq(o.orgId, which.orgId), eq(o.id, which.id)))
      .limit(1);
    return row && (transferOf(recordedOf(row)) ?? undefined);
  }

  async list(page: TransfersPage, signal?: AbortSignal): Promise<Portion<ListedTransfer, Cursor>> {
    const { accountIds } = page;
    return accountIds === undefined
      ? this.ofOrganization(page, signal)
      : this.ofAccounts(page, accountIds, signal);
  }

  private async ofOrganization(
    page: TransfersPage,
    signal?: AbortSignal,
  ): Promise<Portion<ListedTransfer, Cursor>> {
    const { rows, lookedTo } = await bookingsByTime(this.database.orm(signal), { ...page, ascending: false });
    const listed = rows.map((row) => ({ transfer: movedBy(row), place: { at: row.createdAt, id: row.id } }));
    return { rows: listed, lookedTo };
  }

  private async ofAccounts(
    page: TransfersPage,
    accountIds: readonly string[],
    signal?: AbortSignal,
  ): Promise<Portion<ListedTransfer, Cursor>> {
    const { rowsMax, filter } = page;
    const wanted = (edge: Cursor | undefined) => this.wantedOfAccounts(page, { accountIds, edge }, signal);
    if (matchingWords(filter) === undefined) return { rows: await wanted(undefined), lookedTo: undefined };
    const edge = async (looks: number) => {
      const hits = hitsOf(page, { accountIds, rowsMax: looks });
      const [last] = await this.database
        .orm(signal)
        .select({ at: sql`hit.at`.mapWith(o.toAt), id: sql<string>`hit.id` })
        .from(hits)
        .orderBy(newestHits)
        .offset(looks - 1)
        .limit(1);
      return last;
    };
    return lookThrough({ rowsMax, edge, wanted });
  }

  private async wantedOfAccounts(
    page: TransfersPage,
    { accountIds, edge }: { readonly accountIds: readonly string[]; readonly edge: Cursor | undefined },
    signal?: AbortSignal,
  ): Promise<ListedTransfer[]> {
    const { orgId, filter, rowsMax } = page;
    const isWanted = matchingWords(filter);
    const hits = hitsOf(page, { accountIds, edge, isWanted, rowsMax });
    const rows = await this.database
      .orm(signal)
      .select({ operation: operationColumns, at: sql`hit.at`.mapWith(o.toAt) })
      .from(hits)
      .innerJoin(o, isOperation(orgId, sql`hit.id`))
      .orderBy(newestHits)
      .limit(rowsMax);
    return rows.map(({ operation, at }) => ({
      transfer: movedBy(operation),
      place: { at, id: operation.id },
    }));
  }
}

const newestHits = sql`hit.at desc, hit.id desc`;

/** So many of the newest, as a table `hit`: as many of each account as may be needed, each by its own index ranges. */
function hitsOf(
  { orgId, past, filter }: TransfersPage,
  of: {
    readonly accountIds: readonly string[];
    readonly edge?: Cursor | undefined;
    readonly isWanted?: SQL | undefined;
    readonly rowsMax: number;
  },
): SQL {
  const { accountIds, edge, isWanted, rowsMax } = of;
  const theirs = entries(
    "e",
    (name) => {
      const { accountId, at } = sides[name];
      return sql`${and(
        sql`${accountId} = wanted_account`,
        eq(o.orgId, orgId),
        within(at, filter),
        past && lte(at, past.at),
        past && isAt([at, o.id], "<", past),
        edge && gte(at, edge.at),
        edge && isAt([at, o.id], ">=", edge),
        isWanted,
      )}`;
    },
    sql`order by at desc, id desc limit ${rowsMax}`,
  );
  const wanted = table("w", accountIds, { wanted_account: ["uuid", (id) => id] });
  return sql`(select hit.id, hit.at from ${wanted} cross join lateral (select e.id, e.at from ${theirs}) as hit
    order by ${newestHits} limit ${rowsMax}) as hit`;
}
