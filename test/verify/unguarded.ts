import type { Sql, TransactionSql } from "postgres";

/** Works in a transaction that knows no triggers, on the nodes of a distributed database neither. */
export async function unguarded<T>(sql: Sql, work: (sql: TransactionSql) => Promise<T>): Promise<T> {
  const answer = await sql.begin(async (transaction) => {
    // Any PostgreSQL takes it; a Citus makes on the nodes what follows.
    await transaction`set local citus.propagate_set_commands = 'local'`;
    await transaction`set local session_replication_role = replica`;
    return [await work(transaction)] as const;
  });
  return answer[0];
}
