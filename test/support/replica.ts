import type { Sql, TransactionSql } from "postgres";

/** Changes what the database lets nobody change, in a transaction as a replica's. */
export async function asReplica(sql: Sql, work: (sql: TransactionSql) => Promise<unknown>): Promise<void> {
  await sql.begin(async (transaction) => {
    // Where the tables are spread over nodes it is to be in force there, too.
    await transaction`select set_config('citus.propagate_set_commands', 'local', true)`;
    await transaction`set local session_replication_role = replica`;
    await work(transaction);
  });
}

/**
 * SQL of the moment that a column has, so much earlier. To subtract an interval from it directly rests on the session's time
 * zone, and no node does that in an UPDATE.
 */
export function earlier(column: string, interval: string): string {
  return `(${column} at time zone 'UTC' - ${interval}) at time zone 'UTC'`;
}
