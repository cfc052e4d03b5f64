import { type Placeholder, type SQL, sql } from "drizzle-orm";
import { Amount } from "../../domain/amount.ts";
import type { AccountChange, Expiry } from "../../domain/balance-history/balance-curve.ts";
import type { Database } from "../driver/database.ts";
import { type Columns, columnTexts, tablePlaceholder } from "../driver/statements/arrays.ts";
import { keptQuery } from "../driver/statements/kept-query.ts";
import { entries } from "../journal/entries.ts";
import { holds } from "../schema.ts";
import { o, sides } from "./sides.ts";

/** A customer's account. */
interface AccountId {
  readonly orgId: string;
  readonly accountId: string;
}

/** What stands for it in a statement. */
type AccountIn = { readonly [K in keyof AccountId]: string | Placeholder };

/** So many of the first behind a moment, up to another, inclusive. */
interface ChangesPage extends AccountId {
  readonly after: Date;
  readonly until: Date;
  readonly rowsMax: number;
}

/** The newest change as of a moment. */
export interface NewestChange {
  /** Undefined where there was none yet. */
  readonly change: AccountChange | undefined;
  /** Of the account behind it: at least as many changes as that there were. */
  readonly sequence: number;
  /** What had expired since it was done; null where that is more than is looked at. */
  readonly expired: Amount | null;
}

/** Where nothing was done yet. */
export const nothing: NewestChange = { change: undefined, sequence: 0, expired: Amount.zero };

/** Holds that expired since a change, as far as one look adds them up. */
const expiredMax = 1_000;
/** Of so many moments the changes are looked up by keys, and those of more are a wide read. */
const keyedMax = 2;

/**
 * What was done to accounts, whether or not money moved, and what expired on them: with their limits all that made their
 * balances. Each of the three ways in which an account comes into a row of the journal is a range of an index, and so is each
 * of those by which a hold expired.
 */
export class AccountChanges {
  constructor(private readonly database: Database) {}

  /** In the order in which they were done. */
  list({ after, until, rowsMax, ...which }: ChangesPage, signal?: AbortSignal): Promise<AccountChange[]> {
    const isWanted = (at: SQL) => sql`${at} > ${moment(after)} and ${at} <= ${moment(until)}`;
    return this.database
      .orm(signal)
      .select(changeColumns)
      .from(sql`(${changes(which, { isWanted, ascending: true, rowsMax })}) as c`)
      .orderBy(changeOrder(true))
      .limit(rowsMax);
  }

  /** In the order of their times. */
  expiries({ after, until, rowsMax, ...which }: ChangesPage, signal?: AbortSignal): Promise<Expiry[]> {
    const isWanted = (at: SQL) => sql`${at} > ${moment(after)} and ${at} <= ${moment(until)}`;
    return this.database
      .orm(signal)
      .select({ at: sql`e.at`.mapWith(holds.expiresAt), amount: sql`e.amount`.mapWith(Amount.of) })
      .from(sql`(${expiries(which, { isWanted, rowsMax })}) as e`)
      .orderBy(sql`e.at`)
      .limit(rowsMax);
  }

  /** As of each of some moments. */
  async newest(
    { orgId, accountId }: AccountId,
    moments: readonly Date[],
    signal?: AbortSignal,
  ): Promise<readonly NewestChange[]> {
    const orm = moments.length > keyedMax ? this.database.orm(signal) : this.database.keyed();
    const asked = { org: orgId, accountId, ...columnTexts(moments, momentColumns), rowsMax: moments.length };
    const rows = await newestChanges(orm).execute(asked);
    const found = new Map(rows.map((row) => [row.moment.getTime(), row]));
    return moments.map((at) => {
      const row = found.get(at.getTime());
      if (row === undefined) return nothing;
      const { moment: _, sequence, expiries: count, expired, ...change } = row;
      return { change, sequence, expired: count > expiredMax ? null : expired };
    });
  }
}

const changeColumns = {
  at: sql`c.at`.mapWith(o.fromAt),
  doneAt: sql`c.done_at`.mapWith(o.createdAt),
  posted: sql`c.posted`.mapWith(Amount.of),
  held: sql`c.held`.mapWith(Amount.of),
  minimum: sql`c.minimum`.mapWith(Amount.of),
};

function changeOrder(ascending: boolean): SQL {
  return sql.raw(ascending ? "at, sequence" : "at desc, sequence desc");
}

interface Wanted {
  /** A condition on the time. */
  readonly isWanted: (at: SQL) => SQL;
  readonly rowsMax: number;
}

/** Changes of an account, so many of its entries a side, and so many of what moved nothing. */
function changes(which: AccountIn, { isWanted, ascending, rowsMax }: Wanted & { ascending: boolean }): SQL {
  const { orgId, accountId } = which;
  const isOfSide = (name: "from" | "to") => sql`${sides[name].accountId} = ${accountId}::uuid
    and o.org_id = ${orgId}::uuid and ${isWanted(sql`${sides[name].at}`)}`;
  const direction = sql.raw(ascending ? "" : "desc");
  const each = sql`order by at ${direction}, version ${direction} limit ${rowsMax}`;
  return sql`
    select e.at, e.sequence, e.created_at as done_at, e.funded - e.spent - e.withdrawn as posted, e.held, e.minimum
    from ${entries("e", isOfSide, each)}
    union all
    (select o.from_at, o.from_sequence, o.created_at, o.from_funded - o.from_spent - coalesce(o.from_withdrawn, 0), o.from_held,
      o.from_minimum
    from operations o where o.to_account_id is null and o.from_account_id = ${accountId}::uuid and o.org_id = ${orgId}::uuid
      and ${isWanted(sql`o.from_at`)}
    order by o.from_at ${direction}, o.from_sequence ${direction} limit ${rowsMax})`;
}

/** What holds of an account no longer set aside when they expired: noted by now, or not; or charged on credit afterwards. */
function expiries({ orgId, accountId }: AccountIn, { isWanted, rowsMax }: Wanted): SQL {
  const isOfAccount = (
    state: "active" | "expired",
  ) => sql`h.org_id = ${orgId}::uuid and h.account_id = ${accountId}::uuid
    and h.state = ${sql.raw(`'${state}'`)} and ${isWanted(sql`h.expires_at`)}`;
  return sql`
    (select h.expires_at as at, h.amount - h.captured as amount from holds h
    where ${isOfAccount("expired")} order by h.expires_at limit ${rowsMax})
    union all
    (select h.expires_at, h.remaining from holds h
    where ${isOfAccount("active")} and h.on_expiry = 'release' order by h.expires_at limit ${rowsMax})
    union all
    (select o.hold_expires_at, h.amount - (o.hold_captured - o.amount)
    from operations o join holds h on h.org_id = ${orgId}::uuid and h.id = o.hold_id
    where o.org_id = ${orgId}::uuid and o.from_account_id = ${accountId}::uuid and o.kind = 'capture' and o.held_change = 0
      and ${isWanted(sql`o.hold_expires_at`)}
    order by o.hold_expires_at limit ${rowsMax})`;
}

/** The newest change as of `t.moment`, as a table `c`. */
function newestChange(which: AccountIn): SQL {
  const isWanted = (at: SQL) => sql`${at} <= t.moment`;
  return sql`(select * from (${changes(which, { isWanted, ascending: false, rowsMax: 1 })}) as each
    order by ${changeOrder(false)} limit 1) as c`;
}

/**
 * What had expired by `t.moment` since `c` was done, as a table `x`. What time alone caused is done later than it is dated:
 * then that is less than nothing, for its figures leave out already what expired in between.
 */
function expiredSince(which: AccountIn): SQL {
  const isWanted = (at: SQL) =>
    sql`${at} > least(c.done_at, t.moment) and ${at} <= greatest(c.done_at, t.moment)`;
  return sql`(select count(*) as expiries,
      coalesce(sum(case when c.done_at <= t.moment then e.amount else -e.amount end), 0) as expired
    from (${expiries(which, { isWanted, rowsMax: expiredMax + 1 })}) as e limit 1) as x`;
}

const momentColumns: { moment: Columns<Date>[string] } = { moment: ["timestamptz", (at) => at] };

const named = { orgId: sql.placeholder("org"), accountId: sql.placeholder("accountId") };

const newestChanges = keptQuery((orm) =>
  orm
    .select({
      moment: sql`t.moment`.mapWith(o.createdAt),
      ...changeColumns,
      sequence: sql`c.sequence`.mapWith(o.fromSequence),
      expiries: sql`x.expiries`.mapWith(Number),
      expired: sql`x.expired`.mapWith(Amount.of),
    })
    .from(sql`${tablePlaceholder("t", momentColumns)}`)
    .innerJoinLateral(newestChange(named), sql`true`)
    .innerJoinLateral(expiredSince(named), sql`true`)
    .limit(sql.placeholder("rowsMax"))
    .prepare("newest_changes"),
);

function moment(at: Date): SQL {
  return sql`${at.toISOString()}::timestamptz`;
}
