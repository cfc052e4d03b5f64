import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { epochOf, readLife } from "../books/epoch.ts";
import { isNotOffered } from "../driver/errors.ts";
import type { Orm } from "../driver/statements/orm.ts";
import { changes, epochs } from "../schema.ts";

/** The first number that PostgreSQL gives to a transaction. It had ended before anybody asked for a snapshot. */
const endedLongAgo = "3";
/** How far positions leap, so that those whom others draw meanwhile are behind none that is there. */
const positionsLeapt = 1_000_000;

/** Changes have numbers that another server gave, and this role may not give them others. */
export class NumbersOfAnotherServer extends Error {
  override readonly name = "NumbersOfAnotherServer";

  constructor() {
    super(
      "The database has changes that another server numbered, as after a dump was restored, and this role may not number " +
        "them anew. Run `tallystick migrate` with DATABASE_URL naming the owner of the tables, then start again.",
    );
  }
}

/**
 * Numbers of transactions and the sequence of positions are a server's own, and rows of `changes` are carried to others: by a
 * dump, by a replica that is logical, out of a cluster, where each organization has numbers of its own. This looks once in
 * each life of the database (books/epoch.ts), for it asks for each organization.
 *
 * Where the database has Citus numbers are the organization's own, and right wherever they came from.
 *
 * @throws NumbersOfAnotherServer
 */
export async function keepNumbers(orm: Orm, isDistributed: boolean): Promise<void> {
  // A standby, or where somebody said so. Nobody changes anything there either.
  if (await isReadOnly(orm)) return;
  if (isDistributed) {
    await writeNumberedIn(orm, null);
    return;
  }
  const life = await readLife(orm);
  if ((await readNumberedIn(orm)) === epochOf(life)) return;
  const newest = await readNewestPosition(orm);
  const isForeign = await hasForeign(orm);
  const id = isForeign ? randomUUID() : life.id;
  try {
    if (isForeign) await endForeign(orm, id);
    await leapOver(orm, newest);
  } catch (error) {
    throw isNotOffered(error) ? new NumbersOfAnotherServer() : error;
  }
  await writeNumberedIn(orm, epochOf({ ...life, id }));
}

async function isReadOnly(orm: Orm): Promise<boolean> {
  const [row] = await orm.execute<{ answer: boolean }>(
    sql`select current_setting('transaction_read_only')::boolean as answer`,
  );
  return row?.answer === true;
}

async function readNumberedIn(orm: Orm): Promise<string | null> {
  const [row] = await orm.select({ epoch: epochs.numberedIn }).from(epochs).limit(1);
  return row?.epoch ?? null;
}

/** Where the role may not, its next start looks again. */
async function writeNumberedIn(orm: Orm, epoch: string | null): Promise<void> {
  const isOther = sql`${epochs.numberedIn} is distinct from ${epoch}`;
  try {
    await orm.update(epochs).set({ numberedIn: epoch }).where(isOther);
  } catch (error) {
    if (!isNotOffered(error)) throw error;
  }
}

/**
 * Whether a change is there whose transaction this server has not come to. One that can be seen had ended, so another server
 * numbered it. For each organization that is one look-up of its newest: what looks for any such change reads all where there
 * is none.
 */
async function hasForeign(orm: Orm): Promise<boolean> {
  const [row] = await orm.execute<{ answer: boolean }>(sql`
    select coalesce(bool_or(newest.xid >= pg_snapshot_xmax(pg_current_snapshot())), false) as answer
    from organizations o cross join lateral (
      select xid from changes c where c.org_id = o.id order by xid desc limit 1
    ) as newest`);
  return row?.answer === true;
}

/**
 * Gives foreign changes a number that had ended before all others, those among them, too, whose number a transaction has
 * that runs now; their order is that of their positions. Whoever has followed them by the former numbers begins anew.
 */
async function endForeign(orm: Orm, epoch: string): Promise<void> {
  await orm.transaction(async (transaction) => {
    await transaction.execute(sql`
      update ${changes} set xid = ${endedLongAgo}::text::xid8
      where ${changes.xid} >= (select pg_snapshot_xmin(pg_current_snapshot()))
        and not pg_visible_in_snapshot(${changes.xid}, (select pg_current_snapshot()))`);
    await transaction.update(epochs).set({ id: epoch });
  });
}

async function readNewestPosition(orm: Orm): Promise<string> {
  const [row] = await orm.execute<{ newest: string | null }>(sql`
    select max(newest.position)::text as newest from organizations o cross join lateral (
      select position from changes c where c.org_id = o.id order by position desc limit 1
    ) as newest`);
  return row?.newest ?? "0";
}

/** Has the sequence of positions go on behind what is there. */
async function leapOver(orm: Orm, newest: string): Promise<void> {
  await orm.execute(sql`
    select setval('positions', ${newest}::bigint + ${sql.raw(String(positionsLeapt))}) from positions
    where last_value - (not is_called)::int < ${newest}::bigint`);
}
