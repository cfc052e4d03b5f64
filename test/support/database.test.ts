import postgres from "postgres";
import { socketHost } from "../../src/embedded/connection.ts";
import { createDatabase, nodesVariable } from "./database.ts";
import { withSql } from "./sql.ts";

const tablesOf = (url: string) =>
  withSql(url, async (sql) => {
    const rows = await sql<
      { name: string }[]
    >`select tablename as name from pg_tables where schemaname = 'public'`;
    return rows.map(({ name }) => name);
  });

it("gives every test file a database of its own, and drops it with open connections", async () => {
  const [one, other] = await Promise.all([createDatabase(), createDatabase()]);
  const sql = postgres(one.url, { ...socketHost(one.url), max: 1 });
  const [row] = await sql`select current_database() as name`;
  expect(new URL(one.url).pathname).toBe(`/${row?.["name"]}`);
  expect(other.url).not.toBe(one.url);
  await Promise.all([one.drop(), other.drop()]);
  await expect(sql`select 1`).rejects.toThrow();
  await sql.end();
});

it("begins with the schema of this version, with a Frontier's tables, or with nothing", async () => {
  const contents = ["migrated", "frontier", "empty"] as const;
  const databases = await Promise.all(contents.map((content) => createDatabase(content)));
  const [migrated, frontier, empty] = await Promise.all(databases.map(({ url }) => tablesOf(url)));
  expect(migrated).toEqual(expect.arrayContaining(["organizations", "customers", "accounts"]));
  expect(frontier?.sort()).toEqual(["billing_customers", "billing_transactions", "organizations"]);
  expect(empty).toEqual([]);
  await Promise.all(databases.map(({ drop }) => drop()));
});

it("is distributed where the run is on a cluster, and nowhere else", async () => {
  const database = await createDatabase();
  const shards = await withSql(database.url, async (sql) => {
    const [row] = await sql`select to_regclass('pg_catalog.pg_dist_shard') is not null as is_cluster`;
    return row?.["is_cluster"]
      ? sql`select from pg_dist_shard where logicalrelid = 'operations'::regclass`
      : [];
  });
  expect(shards).toHaveLength(process.env[nodesVariable] === undefined ? 0 : 4);
  await database.drop();
});
