import { and, eq, getTableColumns, gte, lt, lte, type SQL, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import { type Transfer, transferOf } from "../../domain/recorded.ts";
import { entries } from "../journal/entries.ts";
import { type OperationRow, recordedOf } from "../journal/recorded-row.ts";
import { operations } from "../schema.ts";

/** A row of the journal, under the name that the entries give it. */
export const o = alias(operations, "o");

export const operationColumns = getTableColumns(o);

/** The columns of each side. */
export const sides = {
  from: { accountId: o.fromAccountId, at: o.fromAt, version: o.fromVersion },
  to: { accountId: o.toAccountId, at: o.toAt, version: o.toVersion },
} as const;

/** A place in an account's entries. Time and version run along it together. */
export interface EntryPlace {
  readonly at: Date;
  readonly version: number;
}

/** Times; what is set must hold. */
export interface Times {
  /** Inclusive. */
  readonly from?: Date | undefined;
  /** Exclusive. */
  readonly to?: Date | undefined;
}

/** Which entries of an account to read, in the order of their versions. */
export interface EntryRange {
  readonly orgId: SQL | string;
  readonly accountId: SQL | string;
  readonly times?: Times | undefined;
  /** Only entries past this one. */
  readonly past?: EntryPlace | undefined;
  /** The highest one to answer. */
  readonly last?: EntryPlace | undefined;
  /** The lowest one to answer. */
  readonly first?: EntryPlace | undefined;
  /** The latest time to answer. */
  readonly until?: Date | SQL | undefined;
  /** Only times before this one. */
  readonly before?: SQL | undefined;
  readonly isWanted?: SQL | undefined;
  readonly ascending: boolean;
  readonly rowsMax: number;
}

/**
 * Entries of an account as a table `e`, each side a range of its own index and no longer than is asked for. Whoever selects
 * from it puts both in `entryOrder` and bounds them again.
 */
export function entryRange(range: EntryRange): SQL {
  const { orgId, accountId, past, last, first, ascending, rowsMax } = range;
  const wanted = (name: "from" | "to") => {
    const side = sides[name];
    const place = sql`(${side.at}, ${side.version})`;
    return sql`${and(
      sql`${side.accountId} = ${accountId}`,
      eq(o.orgId, orgId),
      within(side.at, range.times),
      past && sql`${place} ${sql.raw(ascending ? ">" : "<")} ${placeOf(past)}`,
      last && sql`${place} <= ${placeOf(last)}`,
      first && sql`${place} >= ${placeOf(first)}`,
      range.until && lte(side.at, range.until),
      range.before && lt(side.at, range.before),
      range.isWanted,
    )}`;
  };
  return entries("e", wanted, sql`order by ${entryOrder(ascending)} limit ${rowsMax}`);
}

/** The balance of the account after an entry `e`. */
export const balanceAfter = sql`(e.funded - e.spent - e.withdrawn)`;

export function entryOrder(ascending: boolean): SQL {
  return sql.raw(ascending ? "at, version" : "at desc, version desc");
}

/** A period as a condition on a time. */
export function within(
  time: typeof o.createdAt | (typeof sides)["from" | "to"]["at"],
  times: Times = {},
): SQL | undefined {
  return and(times.from && gte(time, times.from), times.to && lt(time, times.to));
}

function placeOf({ at, version }: EntryPlace): SQL {
  return sql`(${at.toISOString()}::timestamptz, ${version}::bigint)`;
}

/** The row of an operation whose id is known, by the primary key. */
export function isOperation(orgId: string, id: SQL): SQL | undefined {
  return and(eq(o.orgId, orgId), sql`${o.id} = ${id}`);
}

/** The transfer of a row that was read because money moved. */
export function movedBy(row: OperationRow): Transfer {
  const transfer = transferOf(recordedOf(row));
  if (transfer === null) throw new Error(`operation ${row.id} moved nothing`);
  return transfer;
}
