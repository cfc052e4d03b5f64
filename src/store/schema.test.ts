import { is } from "drizzle-orm";
import { getTableConfig, PgTable } from "drizzle-orm/pg-core";
import { createDatabase, type TestDatabase } from "../../test/support/database.ts";
import { withSql } from "../../test/support/sql.ts";
import * as schema from "./schema.ts";
import { accountRow, changedAccountRow } from "./settlement/account-row.ts";
import { holdRow } from "./settlement/hold-row.ts";
import { numberedOperationRow, operationRow } from "./settlement/operation-row.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database.drop());

const tables: readonly PgTable[] = Object.values<unknown>(schema).filter((each) => is(each, PgTable));

interface Column {
  readonly table: string;
  readonly column: string;
  readonly type: string;
  readonly required: boolean;
  readonly hasDefault: boolean;
}

function declaredColumns(): Column[] {
  return tables.flatMap((table) => {
    const { name, columns } = getTableConfig(table);
    return columns.map((column) => ({
      table: name,
      column: column.name,
      type: column.getSQLType().replace(/numeric\((\d+), (\d+)\)/, "numeric($1,$2)"),
      required: column.notNull,
      hasDefault: column.hasDefault,
    }));
  });
}

function declaredKeys(): { table: string; columns: string[] }[] {
  return tables.map((table) => {
    const { name, columns, primaryKeys } = getTableConfig(table);
    const composite = primaryKeys[0]?.columns.map((column) => column.name);
    return {
      table: name,
      columns: composite ?? columns.filter(({ primary }) => primary).map((column) => column.name),
    };
  });
}

const byName = (a: Column, b: Column) => (`${a.table}.${a.column}` < `${b.table}.${b.column}` ? -1 : 1);

describe("the schema in the code and the migrated database", () => {
  it("have the same columns, of the same types", async () => {
    const migrated = await withSql(
      database.url,
      (sql) => sql<Column[]>`
      select c.relname as table, a.attname as column, a.attnotnull as required, a.atthasdef as "hasDefault",
        regexp_replace(format_type(a.atttypid, a.atttypmod), '^timestamp\\((\\d)\\) (.*)$', 'timestamp (\\1) \\2') as type
      from pg_attribute a join pg_class c on c.oid = a.attrelid
      where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped`,
    );
    expect([...migrated].sort(byName)).toEqual(declaredColumns().sort(byName));
  });

  it("have the same primary keys, in the same order of columns", async () => {
    const migrated = await withSql(
      database.url,
      (sql) => sql<{ table: string; columns: string[] }[]>`
      select c.relname as table, array_agg(a.attname::text order by k.place) as columns
      from pg_index i join pg_class c on c.oid = i.indrelid
        cross join unnest(i.indkey) with ordinality as k (attnum, place)
        join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
      where i.indisprimary and c.relnamespace = 'public'::regnamespace
      group by c.relname order by c.relname`,
    );
    const declared = declaredKeys().sort((a, b) => (a.table < b.table ? -1 : 1));
    expect([...migrated]).toEqual(declared);
  });

  it("have the same attributes of the rows that are handed over, in the same order", async () => {
    for (const { name, attributes } of [
      operationRow,
      numberedOperationRow,
      accountRow,
      changedAccountRow,
      holdRow,
    ]) {
      const migrated = await withSql(
        database.url,
        (sql) => sql<{ name: string; sqlType: string }[]>`
        select a.attname as name, case format_type(a.atttypid, a.atttypmod)
          when 'timestamp with time zone' then 'timestamptz' else format_type(a.atttypid, a.atttypmod) end as "sqlType"
        from pg_type t join pg_attribute a on a.attrelid = t.typrelid where t.typname = ${name} order by a.attnum`,
      );
      expect({ name, attributes: [...migrated] }).toEqual({ name, attributes });
    }
  });

  it("allow the same words where a column takes but a few", async () => {
    for (const table of tables) {
      const { name, columns } = getTableConfig(table);
      for (const column of columns.filter(
        ({ enumValues }) => enumValues !== undefined && enumValues.length > 0,
      )) {
        const rule =
          name === "operations" ? await partOfWhole(column.name) : await checkOf(name, column.name);
        const words = [...rule.matchAll(/'([a-z]+)'/g)].map(([, word]) => word);
        expect({ column: `${name}.${column.name}`, words }).toEqual({
          column: `${name}.${column.name}`,
          words: column.enumValues,
        });
      }
    }
  });
});

async function checkOf(table: string, column: string): Promise<string> {
  const [row] = await withSql(
    database.url,
    (sql) => sql<{ definition: string }[]>`
      select pg_get_constraintdef(oid) as definition from pg_constraint
      where conrelid = ${table}::regclass and conname in (${`${table}_${column}_check`}, ${`${table}_${column}`})`,
  );
  return row?.definition ?? "";
}

/** What the function that checks an operation says about a column. */
async function partOfWhole(column: string): Promise<string> {
  const [row] = await withSql(
    database.url,
    (sql) => sql<{ definition: string }[]>`select pg_get_functiondef('is_whole'::regproc) as definition`,
  );
  const rule = new RegExp(`case o\\.${column}\\b(.*?)\\bend\\b|o\\.${column} in \\((.*?)\\)`, "s");
  return (
    rule
      .exec(row?.definition ?? "")
      ?.slice(1)
      .join("") ?? ""
  );
}

it("keeps what belongs to an organization under its id, so that the tables can be spread by it", () => {
  const unspread = [
    "organizations",
    "organization_names",
    "credentials",
    "spent_secrets",
    "platform_acts",
    "epochs",
  ];
  for (const { table, columns } of declaredKeys().filter(({ table }) => !unspread.includes(table))) {
    expect({ table, first: columns[0] }).toEqual({ table, first: "org_id" });
  }
});
