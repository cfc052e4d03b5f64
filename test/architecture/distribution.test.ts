import { is } from "drizzle-orm";
import { getTableConfig, PgTable } from "drizzle-orm/pg-core";
import { rowTypes } from "../../src/store/distribution/row-types.ts";
import {
  appendOnlyTables,
  distributionColumn,
  type Placement,
  placements,
} from "../../src/store/distribution/tables.ts";
import * as schema from "../../src/store/schema.ts";
import { createDatabase } from "../support/database.ts";
import { withSql } from "../support/sql.ts";

const tables = Object.values<unknown>(schema).filter((each) => is(each, PgTable));
const placementOf = new Map<string, Placement>(Object.entries(placements));

describe("tables", () => {
  it("are all placed: each says what becomes of it where the database is distributed", () => {
    expect(tables.map((table) => getTableConfig(table).name).sort()).toEqual([...placementOf.keys()].sort());
  });

  it("that are spread have the organization in their keys and unique indexes", async () => {
    const database = await createDatabase();
    const without = await withSql(
      database.url,
      (sql) => sql<{ table: string; index: string }[]>`
        select i.indrelid::regclass::text as table, i.indexrelid::regclass::text as index from pg_index i
        join pg_class c on c.oid = i.indrelid and c.relnamespace = 'public'::regnamespace
        where i.indisunique and not exists (select from pg_attribute a
          where a.attrelid = i.indrelid and a.attname = ${distributionColumn} and a.attnum = any(i.indkey))`,
    );
    expect(without.filter(({ table }) => placementOf.get(table) === "distributed")).toEqual([]);
    await database.drop();
  });

  it("refer to those that are placed before them", async () => {
    const database = await createDatabase();
    const references = await withSql(
      database.url,
      (sql) => sql<{ from: string; to: string }[]>`
        select conrelid::regclass::text as from, confrelid::regclass::text as to from pg_constraint
        where contype = 'f' and connamespace = 'public'::regnamespace`,
    );
    const order = [...placementOf.keys()];
    expect(references.length).toBeGreaterThan(5);
    expect(references.filter(({ from, to }) => order.indexOf(to) > order.indexOf(from))).toEqual([]);
    await database.drop();
  });

  it("hand rows over in types that are all taken to every node", async () => {
    const database = await createDatabase();
    const types = await withSql(
      database.url,
      (sql) => sql<{ name: string }[]>`select relname as name from pg_class
        where relnamespace = 'public'::regnamespace and relkind = 'c' order by relname`,
    );
    expect(types.map(({ name }) => name)).toEqual([...rowTypes]);
    await database.drop();
  });

  it("have no triggers but those that are taken to every node, or lie where the coordinator is", async () => {
    const database = await createDatabase();
    const triggers = await withSql(
      database.url,
      (
        sql,
      ) => sql`select distinct tgrelid::regclass::text as table, regexp_replace(tgname, '_truncate$', '') as name
        from pg_trigger join pg_class c on c.oid = tgrelid and c.relnamespace = 'public'::regnamespace
        where not tgisinternal and c.relname !~ '_\\d+$'`,
    );
    const local = ["platform_acts", "spent_secrets"];
    const guarded = [...appendOnlyTables, ...local];
    expect(triggers.map(({ table, name }) => `${table}: ${name}`).sort()).toEqual(
      guarded.map((table) => `${table}: append_only`).sort(),
    );
    expect(local.map((table) => placementOf.get(table))).toEqual(["local", "local"]);
    await database.drop();
  });
});
