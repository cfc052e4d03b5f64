import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { drizzle } from "drizzle-orm/postgres-js";
import { migrate as applyMigrations } from "drizzle-orm/postgres-js/migrator";
import postgres, { type Notice, type Sql } from "postgres";
import { createDatabase, type TestDatabase } from "../../../test/support/database.ts";
import { withSql } from "../../../test/support/sql.ts";
import { until } from "../../../test/support/until.ts";
import { socketHost } from "../../embedded/connection.ts";
import { openDatabase } from "./database.ts";
import { migrate, patience, requireMigrated } from "./migrate.ts";

const migrationsFolder = join(import.meta.dirname, "..", "migrations");

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

describe("a database of the first migration alone", () => {
  const id = "018f7d3c-2b6a-7cc1-9f3e-0a1b2c3d4e5f";
  const most = "9999999999999999999.999999999";

  /** The files of the tables and of their indexes: other ones once they were rewritten. One index has another in its place. */
  const files = (sql: Sql) => sql`select relname, relfilenode from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'i') and relname <> 'operations_created'
    order by relname`;

  beforeEach(async () => {
    const folder = mkdtempSync(join(tmpdir(), "tallystick-migrations-"));
    cpSync(migrationsFolder, folder, { recursive: true });
    const journal = join(folder, "meta", "_journal.json");
    const { entries, ...rest } = JSON.parse(readFileSync(journal, "utf8"));
    writeFileSync(journal, JSON.stringify({ ...rest, entries: entries.slice(0, 1) }));
    await withSql(created.url, async (sql) => {
      await applyMigrations(drizzle({ client: sql }), { migrationsFolder: folder });
      await sql`insert into organizations (id, name, display_name) values (${id}, 'demo', '')`;
      await sql`insert into accounts (org_id, id, counter, currency, funded) values (${id}, ${id}, 'revenue', 'VC', ${most})`;
    });
    rmSync(folder, { recursive: true });
  });

  it("keeps what is in it and rewrites nothing, and its totals can grow on", async () => {
    const before = await withSql(created.url, files);
    await migrate(created.url);
    expect(await withSql(created.url, files)).toEqual(expect.arrayContaining(before));
    const [account] = await withSql(
      created.url,
      (sql) => sql`update accounts set funded = funded * 2 returning funded`,
    );
    expect(account).toEqual({ funded: "19999999999999999999.999999998" });
  });

  it("is read by nobody for the sake of its checks", async () => {
    const told: string[] = [];
    const onnotice = ({ message = "" }: Notice) => told.push(message);
    const sql = postgres(created.url, { ...socketHost(created.url), max: 1, onnotice });
    // PostgreSQL says at this level what it scans.
    await sql`set client_min_messages = debug1`;
    await applyMigrations(drizzle({ client: sql }), { migrationsFolder });
    await sql.end();
    expect(told).not.toEqual([]);
    expect(told.filter((each) => /^(verifying|rewriting) table/.test(each))).toEqual([]);
  });

  it("waits for others briefly, lets those behind it go in between, and gives up in the end", async () => {
    const patience = { lockMs: 20, pauseMs: 20 };
    const migrating = await withSql(created.url, async (sql) => {
      await sql`begin`;
      await sql`select from accounts`;
      await expect(migrate(created.url, { ...patience, triesMax: 2 })).rejects.toThrow("could not get");
      const trying = migrate(created.url, { ...patience, triesMax: 100_000 });
      // Whoever comes while it waits is served before it.
      for (let time = 0; time < 20; time += 1)
        await withSql(created.url, (other) => other`select from accounts`);
      return { trying };
    });
    await migrating.trying;
  });

  it("waits until PostgreSQL ends an autovacuum that is in the way", async () => {
    const [after] = await withSql(
      created.url,
      (sql) => sql`select setting::int as ms from pg_settings where name = 'deadlock_timeout'`,
    );
    expect(patience.lockMs).toBeGreaterThan(after?.["ms"]);
  });

  it("tries again where somebody waited for it that it waited for", async () => {
    const migrating = await withSql(created.url, async (sql) => {
      await sql`begin`;
      await sql`select from holds`;
      const trying = migrate(created.url, { lockMs: 10_000, pauseMs: 20, triesMax: 100_000 });
      trying.catch(() => undefined);
      await until(async () => {
        const waiting = await withSql(
          created.url,
          (other) => other`select from pg_locks join pg_database on pg_database.oid = database
            where datname = current_database() and relation = 'holds'::regclass and not granted`,
        );
        return waiting.length > 0;
      });
      await sql`select from accounts`;
      await sql`commit`;
      return trying;
    });
    await migrating;
  });

  it("is said to lack a migration", async () => {
    const database = openDatabase(created.url);
    await expect(requireMigrated(database)).rejects.toThrow("the database is not migrated");
    await migrate(created.url);
    await requireMigrated(database);
    await database.close();
  });
});
