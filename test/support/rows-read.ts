import { withSql } from "./sql.ts";
import { until } from "./until.ts";

/** The rows of a table that the service has read so far. Backends tell the last of it when they end. */
export async function rowsRead(databaseUrl: string, table: string): Promise<number> {
  return withSql(databaseUrl, async (sql) => {
    await until(async () => {
      const ended = await sql`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name = 'tallystick'`;
      return ended.length === 0;
    });
    const [row] = await sql<{ rows: number }[]>`
      select (sum(t.seq_tup_read) + sum((
        select sum(i.idx_tup_read) from pg_stat_user_indexes i where i.relid = t.relid)))::int as rows
      from pg_stat_user_tables t where t.relname = ${table}`;
    return row?.rows ?? 0;
  });
}
