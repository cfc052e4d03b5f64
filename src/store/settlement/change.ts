import { type Placeholder, type SQL, sql } from "drizzle-orm";
import { array } from "../driver/statements/arrays.ts";
import type { Orm } from "../driver/statements/orm.ts";
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

/** The class of the advisory locks by which the changes of an organization take turns. */
const turnClass = sql.raw("7400005");

/**
 * How long to wait for a turn, in milliseconds: longer than for an account, because all batches of the organization pass here, and
 * each keeps its turn until it is on disk. It is set in the statement itself, because each node has a lock timeout of its own.
 */
const turnMsMax = sql.raw("'1000'");

/**
 * The statements that insert a row of `changes`. They are in one place because followers rely on the number of the row: whoever
 * has seen one has seen all below it. They are the last statements of a transaction.
 *
 * A single PostgreSQL gives the number earlier (moment.ts), and its snapshots tell which transactions still run.
 *
 * Where the tables may be spread over nodes, transaction ids and sequences are the coordinator's, and cannot be relied on: a node
 * commits without the coordinator, so a number may be given out again after a crash, and tells nothing about what still runs on a
 * node whose connection was cut. There the changes of an organization take turns on the node that has them. The first statement
 * takes the turn: a lock that ends with the node's own transaction. The second one sees everything that was committed before, and
 * takes the number after the newest. So numbers become visible in order and without gaps, whatever crashes. The turn is the last
 * lock that a transaction takes, so there is no deadlock over it.
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

/** Writes the change of limits, or of operations that an import books, as the last thing that a transaction does. */
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

/** In rows from before the database was distributed, transaction ids and positions differ. */
function nextNumber(org: Value): SQL {
  const newest = (of: SQL) => sql`(select ${of} from changes where org_id = ${org}::uuid)`;
  return sql`(select greatest(${newest(sql`max(xid)::text::bigint`)}, ${newest(sql`max(position)`)}, 0) + 1 as next) as n`;
}
