import { and, asc, desc, eq, gte, isNotNull, lt, or, type SQL, sql } from "drizzle-orm";
import type { Transfer } from "../../domain/recorded.ts";
import type { Database } from "../driver/database.ts";
import { array } from "../driver/statements/arrays.ts";
import { isKey, keys } from "../driver/statements/keys.ts";
import { portionRowsMax } from "../driver/statements/portion.ts";
import { changes } from "../schema.ts";
import { type ChangeCursor, cursorOf, type InsideDifference, tokenOf } from "./change-cursor.ts";
import { readEpoch } from "./epoch.ts";
import { FillingPage, type PageBounds } from "./pages.ts";
import { whileShort } from "./short-snapshot.ts";
import { movedBy, o } from "./sides.ts";
import { endedSince, hadEndedIn, type Snapshot, snapshotOf, upTo } from "./snapshot.ts";
import { matching, type TransferFilter } from "./transfer-filter.ts";

/** Which transfers to answer, in the order in which they were done. */
export interface FollowedPage extends PageBounds<Transfer> {
  readonly orgId: string;
  readonly filter: TransferFilter;
  /** Of the page before; empty for the first one. */
  readonly token: string;
}

/** Batches, and operations of them, that one page looks at, whether or not they fit the filter. */
const batchesMax = 200;
const operationsMax = 78 * portionRowsMax;

/** A change can be seen whose transaction this server has not come to: it cannot be told from those that still run. */
class NumberedElsewhere extends Error {
  override readonly name = "NumberedElsewhere";

  constructor(orgId: string, xid: bigint) {
    super(
      `organization ${orgId} has a change of transaction ${xid}, to which this server has not come: the tables were ` +
        "restored, or replicated, while instances ran. Run `update epochs set id = gen_random_uuid()`, then `tallystick migrate`",
    );
  }
}

/**
 * Transfers for whoever follows them. A page goes on where the one before stopped and has a token of its own always: it
 * skips none that is committed late, repeats none, and waits for nobody. What a page reads are the batches that its
 * cursor's snapshot did not see, by position; the filter applies to those, so a page may be empty.
 */
export class FollowedTransfers {
  constructor(private readonly database: Database) {}

  async page(
    page: FollowedPage,
    signal?: AbortSignal,
  ): Promise<{ transfers: readonly Transfer[]; nextToken: string }> {
    const { orgId, filter, token } = page;
    const listing = { epoch: await readEpoch(this.database.orm(signal)), of: { orgId, filter } };
    const cursor = cursorOf(token, listing);
    const { before } = cursor;
    const inside = cursor.inside ?? (await this.difference(orgId, before, signal));
    const filling = new FillingPage<Transfer>(page);
    const next = await this.fill({ orgId, filter, before, inside, filling }, signal);
    return { transfers: filling.rows, nextToken: tokenOf(next, listing) };
  }

  /** The token of a page behind all that can be answered now. */
  async tokenOfNow(
    { orgId, filter }: Pick<FollowedPage, "orgId" | "filter">,
    signal?: AbortSignal,
  ): Promise<string> {
    const listing = { epoch: await readEpoch(this.database.orm(signal)), of: { orgId, filter } };
    return tokenOf({ before: await this.reached(orgId, signal), inside: null }, listing);
  }

  /** Begins the difference between a snapshot and now. */
  private async difference(
    orgId: string,
    before: Snapshot | null,
    signal?: AbortSignal,
  ): Promise<InsideDifference> {
    const target = await this.reached(orgId, signal);
    const first = before === null ? 0 : await this.firstPosition(orgId, { before, target }, signal);
    return { target, position: first, answered: 0 };
  }

  /**
   * What can be answered now, up to the newest transaction that has changed anything of the organization. A token says
   * nothing of those after it: one that wrote nothing leaves no trace on disk, so after a crash PostgreSQL gives its number
   * to another, which is not to be skipped. Where the tables may be spread over nodes numbers become visible in their order
   * (settlement/change.ts), so nothing runs below one that is there.
   */
  private async reached(orgId: string, signal?: AbortSignal): Promise<Snapshot> {
    if (await this.database.isDistributed()) {
      const [row] = await this.newest(orgId, signal);
      return { xmax: BigInt(row?.xid ?? 0) + 1n, running: [] };
    }
    const { snapshot, newest } = await whileShort(() => this.seen(orgId, signal), signal);
    if (!hadEndedIn(snapshot, newest)) throw new NumberedElsewhere(orgId, newest);
    return upTo(snapshot, newest);
  }

  /**
   * A snapshot, and the newest change that is visible in it. They are asked in one statement: between two PostgreSQL may
   * crash, and then the second one would tell of a transaction that has a number of the first one's.
   */
  private async seen(orgId: string, signal?: AbortSignal): Promise<{ snapshot: Snapshot; newest: bigint }> {
    const query = sql`select pg_current_snapshot()::text as snapshot, ${this.newest(orgId, signal)} as newest`;
    const [row] = await this.database.orm(signal).execute<{ snapshot: string; newest: string | null }>(query);
    if (row === undefined) throw new Error("the database has no snapshot");
    return { snapshot: snapshotOf(row.snapshot), newest: BigInt(row.newest ?? 0) };
  }

  /** Of the changes of an organization. */
  private newest(orgId: string, signal?: AbortSignal) {
    return this.database
      .orm(signal)
      .select({ xid: changes.xid })
      .from(changes)
      .where(eq(changes.orgId, orgId))
      .orderBy(desc(changes.xid))
      .limit(1);
  }

  /** The position of the first batch of a difference: what lies before it is never looked at. */
  private async firstPosition(
    orgId: string,
    of: { before: Snapshot; target: Snapshot },
    signal?: AbortSignal,
  ): Promise<number> {
    const positions = (isIn: SQL | undefined) =>
      sql`select ${changes.position} from ${changes} where ${and(eq(changes.orgId, orgId), isIn)}`;
    const { since, late } = rangesOf(of);
    const [row] = await this.database.orm(signal).execute<{ first: string | null }>(sql`
      select min(position) as first from (${positions(since)} union all ${positions(late)}) as difference`);
    return row?.first == null ? Number.MAX_SAFE_INTEGER : Number(row.first);
  }

  /** Fills a page; where the next one goes on. */
  private async fill(
    of: {
      orgId: string;
      filter: TransferFilter;
      before: Snapshot | null;
      inside: InsideDifference;
      filling: FillingPage<Transfer>;
    },
    signal?: AbortSignal,
  ): Promise<ChangeCursor> {
    const { orgId, filter, before, inside, filling } = of;
    const { target } = inside;
    const goesOn = (position: number, answered: number) => ({
      before,
      inside: { target, position, answered },
    });
    const batches = await this.batches(orgId, before, inside, signal);
    const operations = batches.flatMap(({ position, ids }) =>
      ids
        .map((id, answered) => ({ id, position, answered }))
        .slice(position === inside.position ? inside.answered : 0),
    );
    for (let start = 0; start < operations.length; start += portionRowsMax) {
      const chunk = operations.slice(start, start + portionRowsMax);
      const [first] = chunk;
      if (start >= operationsMax && first !== undefined) return goesOn(first.position, first.answered);
      const transfers = await this.transfers(orgId, { ids: chunk.map(({ id }) => id), filter }, signal);
      for (const { id, position, answered } of chunk) {
        const transfer = transfers.get(id);
        if (transfer !== undefined && !filling.takes(transfer)) return goesOn(position, answered);
      }
    }
    const last = batches.at(-1);
    const isOver = last === undefined || batches.length < batchesMax;
    return isOver ? { before: target, inside: null } : goesOn(last.position + 1, 0);
  }

  private async batches(
    orgId: string,
    before: Snapshot | null,
    { target, position }: InsideDifference,
    signal?: AbortSignal,
  ): Promise<{ position: number; ids: readonly string[] }[]> {
    const ranges = before === null ? undefined : rangesOf({ before, target });
    return this.database
      .orm(signal)
      .select({ position: changes.position, ids: changes.operations })
      .from(changes)
      .where(
        and(
          eq(changes.orgId, orgId),
          gte(changes.position, position),
          ranges === undefined ? hadEnded(target) : or(ranges.since, ranges.late),
        ),
      )
      .orderBy(asc(changes.position))
      .limit(batchesMax);
  }

  private async transfers(
    orgId: string,
    { ids, filter }: { ids: readonly string[]; filter: TransferFilter },
    signal?: AbortSignal,
  ): Promise<Map<string, Transfer>> {
    const orm = this.database.orm(signal);
    const row = orm
      .select()
      .from(o)
      .where(and(eq(o.orgId, orgId), isKey(o.id), isNotNull(o.toAccountId), matching(filter)))
      .limit(1)
      .as("row");
    const rows = await orm
      .select(row._.selectedFields)
      .from(keys(array(ids, "uuid")))
      .crossJoinLateral(row);
    return new Map(rows.map((row) => [row.id, movedBy(row)]));
  }
}

/** What had not ended in one snapshot and had in a later one, as two ranges of an index. */
function rangesOf({ before, target }: { before: Snapshot; target: Snapshot }) {
  return {
    since: and(gte(changes.xid, String(before.xmax)), hadEnded(target)),
    late: sql`${changes.xid} = any(${xids(endedSince(before, target))})`,
  };
}

function hadEnded({ xmax, running }: Snapshot): SQL | undefined {
  return and(lt(changes.xid, String(xmax)), sql`${changes.xid} <> all(${xids(running)})`);
}

function xids(list: readonly bigint[]): SQL {
  return sql`${sql.param(`{${list.join(",")}}`)}::xid8[]`;
}
