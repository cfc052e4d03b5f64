import type { TransactionSql } from "postgres";

/**
 * The types in which rows are handed over. Those that were there before the extension are on the coordinator alone; Citus
 * takes to the nodes whatever a new function needs.
 */
export async function carryRowTypes(sql: TransactionSql): Promise<void> {
  const types = await sql<{ name: string }[]>`
    select relname as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind = 'c' order by relname`;
  const parameters = types.map(({ name }) => `"${name}"`).join(", ");
  await sql.unsafe(`create function carry_row_types(${parameters}) returns void language sql as ''`);
  await sql.unsafe(`drop function carry_row_types(${parameters})`);
}
