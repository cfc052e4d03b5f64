import type { TransactionSql } from "postgres";

/**
 * Citus takes the trigger to every shard where it is there before the table is distributed. One that refuses TRUNCATE, too,
 * would refuse to have the rows taken away that were copied to the nodes.
 */
export async function guardRows(sql: TransactionSql, table: string): Promise<void> {
  await sql.unsafe("set local citus.enable_unsafe_triggers = on");
  await sql.unsafe(`drop trigger if exists append_only_truncate on ${table}`);
  await sql.unsafe(`create or replace trigger append_only before update or delete on ${table}
    for each statement execute function refuse_change()`);
}

/** Nobody truncates a shard but through the table on the coordinator. */
export async function guardTable(sql: TransactionSql, table: string): Promise<void> {
  await sql.unsafe(`create trigger append_only_truncate before truncate on ${table}
    for each statement execute function refuse_change()`);
}
