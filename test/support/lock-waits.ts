import type { Sql } from "postgres";
import { nodesVariable } from "./database.ts";

/** A backend that waits for a lock. */
export interface LockWait {
  readonly pid: number;
  readonly query: string;
}

const waits = `select pid, query from pg_stat_activity
  where datname = current_database() and wait_event_type = 'Lock'`;

/** Whether somebody writes to a table of this database, and has not committed. Copies of a template share their tables' oids. */
export async function isWritten(sql: Sql, table: string): Promise<boolean> {
  const locks = await sql`select from pg_locks join pg_database on pg_database.oid = database
    where datname = current_database() and relation = ${table}::regclass and mode = 'RowExclusiveLock'`;
  return locks.length > 0;
}

/** The backends of the database that wait for a lock: of a distributed one those of every node. */
export async function lockWaits(sql: Sql): Promise<readonly LockWait[]> {
  if (process.env[nodesVariable] === undefined) return sql.unsafe<LockWait[]>(waits);
  const rows = await sql<{ found: LockWait[] | null }[]>`
    select nullif(result, '')::json as found from run_command_on_all_nodes(${`select json_agg(w) from (${waits}) w`})`;
  return rows.flatMap(({ found }) => found ?? []);
}
