import type { TransactionSql } from "postgres";

export interface ForeignKey {
  readonly table: string;
  readonly name: string;
  readonly definition: string;
}

export async function readForeignKeys(sql: TransactionSql, tables: readonly string[]): Promise<ForeignKey[]> {
  return sql<ForeignKey[]>`
    select t.relname as table, c.conname as name, pg_get_constraintdef(c.oid) as definition
    from pg_constraint c join pg_class t on t.oid = c.conrelid
    where c.contype = 'f' and t.relnamespace = 'public'::regnamespace and t.relname in ${sql([...tables])}
    order by t.relname, c.conname`;
}

export async function dropForeignKey(sql: TransactionSql, { table, name }: ForeignKey): Promise<void> {
  await sql`alter table ${sql(table)} drop constraint ${sql(name)}`;
}

export async function addForeignKey(
  sql: TransactionSql,
  { table, name, definition }: ForeignKey,
): Promise<void> {
  await sql.unsafe(`alter table "${table}" add constraint "${name}" ${definition}`);
}
