import { type Placeholder, type SQL, sql } from "drizzle-orm";
import { array } from "../driver/arrays.ts";
import type { Orm } from "../driver/orm.ts";
import { atHome, lockNumber } from "../tenants/organization-lock.ts";
import { homeOf } from "./home.ts";
import type { ChangeNumber, Moment } from "./moment.ts";

type Value = Placeholder | string;

/** What is said of a change. */
export interface Change {
  readonly org: Value;
  /** A customer of the organization, beside whom it is inserted where it has no number yet. */
  readonly customer: Value;
  readonly number: Readonly<Record<keyof ChangeNumber, Value>> | null;
  readonly at: Value;
  readonly operations: SQL;
  /** What it names beside operations. */
  readonly also: readonly [column: "expired" | "limited", ids: SQL];
  /** It is written only where this is true. What that costs nobody waits for. */
  readonly condition?: SQL;
}

/** Of the advisory locks by which the changes of an organization take turns. */
const turnClass = sql.raw("7400005");

/**
 * How long a turn is waited for, in milliseconds: longer than for an account, since all batches of the organization come
 * here, and each has it until it is on disk. Said where the lock is, for a node has a patience of its own.
 */
const turnMsMax = sql.raw("'1000'");

/**
 * The statements that insert a row of `changes`, in one place, for its number is what followers go by: whoever has seen
 * one has seen all below it. They are the last that a transaction asks for.
 *
 * One PostgreSQL gives the number before (moment.ts), and its snapshots tell which transactions still run.
 * Where the tables may be spread over nodes, ids and sequences are the coordinator's. A node commits without it: what the
 * coordinator has given out is on no disk before, is given out again after a crash, and says nothing of what still runs on a
 * node to which a connection was cut. So there the organization's changes take turns on the node that has them. The first
 * statement takes the turn, a lock that ends with the node's own transaction; the second one, which sees what was committed
 * before, takes the number behind the newest. Numbers become visible in their order and without gaps, by durable rows
 * alone, whoever crashes. The turn is the last lock of a transaction, so nobody who has it waits for whoever waits for it.
 */
export function changeStatements(change: Change): readonly [insert: SQL] | readonly [turn: SQL, insert: SQL] {
  const { org, customer, number, condition } = change;
  if (number !== null) {
    const { xid, position } = number;
    const insert = insertOf(change, {
      org: sql`${org}::uuid`,
      xid: sql`${xid}::xid8`,
      position: sql`${position}::bigint`,
    });
    return [where(insert, condition)];
  }
  const home = homeOf({ org, id: customer });
  const insert = insertOf(change, { org: home.org, xid: sql`next::text::xid8`, position: sql`next` });
  return [where(turnOf(org), condition), sql`${insert} from ${home.before}${nextNumber(org)}`];
}

/** Writes a change as the last thing that a transaction does, of limits or of operations that an import books. */
export async function writeChange(
  orm: Orm,
  { at, number }: Moment,
  of: { orgId: string; customerId: string; operations: readonly string[]; limited: readonly string[] },
): Promise<void> {
  const statements = changeStatements({
    org: of.orgId,
    customer: of.customerId,
    number,
    at: at.toISOString(),
    operations: array(of.operations, "uuid"),
    also: ["limited", array(of.limited, "uuid")],
  });
  // Sent at once: the fewer round trips the turn is kept for, the better.
  const answers = await Promise.all(statements.map((each) => orm.execute(each)));
  for (const { count } of answers) if (count !== 1) throw new Error(`${count} rows, and not one change`);
}

function where(statement: SQL, condition: SQL | undefined): SQL {
  return condition === undefined ? statement : sql`${statement} where ${condition}`;
}

function insertOf(
  { at, operations, also: [column, ids] }: Change,
  { org, xid, position }: { readonly org: SQL; readonly xid: SQL; readonly position: SQL },
): SQL {
  return sql`
  insert into changes (org_id, at, xid, position, operations, ${sql.raw(column)})
  select ${org}, ${at}::timestamptz, ${xid}, ${position},
    ${operations}, ${ids}`;
}

function turnOf(org: Value): SQL {
  const patient = sql`case when set_config('lock_timeout', ${turnMsMax}, true) <> '' then ${turnClass} end`;
  return atHome(sql`pg_advisory_xact_lock(${patient}, ${lockNumber(org)})`, org);
}

/** What a database had before it was distributed has ids and positions that are not the same. */
function nextNumber(org: Value): SQL {
  const newest = (of: SQL) => sql`(select ${of} from changes where org_id = ${org}::uuid)`;
  return sql`(select greatest(${newest(sql`max(xid)::text::bigint`)}, ${newest(sql`max(position)`)}, 0) + 1 as next) as n`;
}
