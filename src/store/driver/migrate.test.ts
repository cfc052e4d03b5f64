import { createDatabase, type TestDatabase } from "../../../test/support/database.ts";
import { withSql } from "../../../test/support/sql.ts";
import { openDatabase } from "./database.ts";
import { migrate, requireMigrated } from "./migrate.ts";

let created: TestDatabase;
beforeEach(async () => {
  created = await createDatabase("empty");
});
afterEach(() => created.drop());

async function applied(): Promise<number> {
  return withSql(created.url, async (sql) => (await sql`select from drizzle.__drizzle_migrations`).length);
}

it("finds nothing to do the second time", async () => {
  await migrate(created.url);
  const first = await applied();
  await migrate(created.url);
  expect([first > 0, await applied()]).toEqual([true, first]);
});

it("takes turns when ten start at once", async () => {
  await Promise.all(Array.from({ length: 10 }, () => migrate(created.url)));
  const atOnce = await applied();
  await migrate(created.url);
  expect(await applied()).toBe(atOnce);
});

it("lets go of its lock when it fails, and says why", async () => {
  await withSql(created.url, (sql) => sql`create table organizations (id int)`);
  await expect(migrate(created.url)).rejects.toMatchObject({ cause: { code: "42P07" } });
  await withSql(created.url, (sql) => sql`drop table organizations`);
  await migrate(created.url);
});

it("tells a database that is migrated from one that is not, and from none", async () => {
  const database = openDatabase(created.url);
  await expect(requireMigrated(database)).rejects.toThrow();
  await migrate(created.url);
  await requireMigrated(database);
  await withSql(created.url, (sql) => sql`delete from drizzle.__drizzle_migrations`);
  await expect(requireMigrated(database)).rejects.toThrow("the database is not migrated");
  await database.close();
});
