import { withSql } from "./sql.ts";

/**
 * Lets a database be taken for one that has Citus, with all tables still on the coordinator: what is done for such a one
 * runs in every PostgreSQL.
 */
export async function takeForDistributed(databaseUrl: string): Promise<void> {
  await withSql(databaseUrl, async (sql) => {
    await sql`set allow_system_table_mods = on`;
    await sql`create table if not exists pg_catalog.pg_dist_partition ()`;
  });
}
