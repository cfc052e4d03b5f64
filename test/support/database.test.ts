import postgres from "postgres";
import { socketHost } from "../../src/embedded/connection.ts";
import { createDatabase } from "./database.ts";

it("gives every test file an empty database of its own, and drops it with open connections", async () => {
  const [one, other] = await Promise.all([createDatabase(), createDatabase()]);
  const sql = postgres(one.url, { ...socketHost(one.url), max: 1 });
  const [row] =
    await sql`select current_database() as name, (select count(*) from pg_tables where schemaname = 'public')::int as tables`;
  expect(new URL(one.url).pathname).toBe(`/${row?.["name"]}`);
  expect(row?.["tables"]).toBe(0);
  expect(other.url).not.toBe(one.url);
  await Promise.all([one.drop(), other.drop()]);
  await expect(sql`select 1`).rejects.toThrow();
  await sql.end();
});
