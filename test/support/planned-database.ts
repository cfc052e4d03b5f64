import type { Sql } from "postgres";
import { migrate } from "../../src/store/driver/migrate.ts";
import { createDatabase, type TestDatabase } from "./database.ts";
import { isLarge } from "./plan-rules.ts";
import { withSql } from "./sql.ts";

/** The environment variable that holds the URL of the database in which statements are planned, where there is one. */
export const plannedVariable = "TEST_PLANNED_URL";

const rows = 3_000;
/** Of acts so many that some of them are left of a word in a period, as the planner guesses: of one row all indexes cost the same. */
const rowsOfActs = 30_000;
/** Words of which there are few, the same in each organization, where they do not tell its rows apart. */
const words = /^(actor|verb|target|kind|state|source|currency|created_by)$/;
/** Of a column that is not null, by its type. */
const values: Readonly<Record<string, string>> = {
  uuid: "md5('uuid ' || n)::uuid",
  text: "'text ' || n",
  "timestamp with time zone": "timestamptz '2026-01-01' + n * interval '1 second'",
  numeric: "n",
  bigint: "n",
  integer: "n",
  smallint: "1",
  boolean: "n % 10 = 0",
  json: "'{}'",
  jsonb: "'{}'",
  "text[]": "'{}'",
  xid8: "n::text::xid8",
  "uuid[]": "array[md5('uuid ' || n)::uuid]",
};
/** What tells rows apart that are in an index of few. */
const empty = /^(deleted_at|counter|from_counter|to_counter)$/;

/**
 * Makes a database that has statistics of one organization, whose rows say nothing, and knows of no other: so whoever asks has
 * come after they were gathered, and an index of all organizations seems as good as one by organization. Its rows are the
 * same each time, and so are the plans: some cost nearly the same as another.
 */
export async function makePlannedDatabase(): Promise<TestDatabase> {
  const database = await createDatabase("empty");
  await migrate(database.url);
  await withSql(database.url, async (sql) => {
    const [version] = await sql`select current_setting('server_version_num')::int as number`;
    await sql`set session_replication_role = replica`;
    await fill(sql);
    await sql`vacuum analyze`;
    // Plans for parameters are explained since PostgreSQL 16.
    if (version?.["number"] >= 160_000) process.env[plannedVariable] = database.url;
  });
  return database;
}

async function fill(sql: Sql): Promise<void> {
  const checks = await sql`select conrelid::regclass::text as table, conname as name from pg_constraint
    where contype = 'c' and connamespace = 'public'::regnamespace and conrelid <> 0`;
  for (const { table, name } of checks) await sql.unsafe(`alter table ${table} drop constraint ${name}`);
  const tables =
    await sql`select relid::regclass::text as name, json_agg(json_build_array(attname, format_type(atttypid, null))) as columns
    from pg_stat_user_tables join pg_attribute on attrelid = relid and attnum > 0 and not attisdropped and attgenerated = ''
    where schemaname = 'public' and exists (select from pg_attribute o where o.attrelid = relid and o.attname = 'org_id')
    group by relid`;
  for (const { name, columns } of tables) {
    const filled = (columns as [string, string][]).filter(([column]) => !empty.test(column));
    const of = filled.map(([column, type]) => filling(name, column, type));
    await sql.unsafe(`insert into ${name} (${filled.map(([column]) => column)})
      select ${of} from generate_series(1, ${name === "acts" ? rowsOfActs : rows}) n, (select md5('known')::uuid as org) known`);
  }
}

function filling(table: string, column: string, type: string): string {
  if (column === "org_id") return "org";
  return isLarge(table) && words.test(column) ? "'word ' || n % 10" : (values[type] ?? "null");
}
