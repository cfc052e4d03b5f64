import { sql } from "drizzle-orm";
import { createDatabase, type TestDatabase } from "../../../test/support/database.ts";
import { withSql } from "../../../test/support/sql.ts";
import { until } from "../../../test/support/until.ts";
import { type Database, openDatabase } from "./database.ts";
import { isReadOnly } from "./errors.ts";
import { migrate } from "./migrate.ts";
import { aheadMsMax, ClockBehind, requireServing } from "./serving.ts";
import { statement } from "./statements/statement.ts";

let created: TestDatabase;
let database: Database;
beforeEach(async () => {
  created = await createDatabase();
  await migrate(created.url);
  database = openDatabase(created.url);
});
afterEach(async () => {
  await database.close();
  await created.drop();
});

const inTime = async () => 0;

/** Makes the transactions of the connections that are opened from now on read only, or not. */
async function readOnly(value: "on" | "off"): Promise<void> {
  const name = new URL(created.url).pathname.slice(1);
  await withSql(created.url, async (other) => {
    await other`set default_transaction_read_only = off`;
    await other.unsafe(`alter database ${name} set default_transaction_read_only = ${value}`);
  });
}

/** Ends the connections as a failover does. */
async function endConnections(): Promise<void> {
  await withSql(
    created.url,
    (other) => other`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`,
  );
}

describe("requireServing", () => {
  it("is content with a database that is migrated and takes changes", async () => {
    database.lane();
    await requireServing(database, inTime);
  });

  it.each(["pool", "keyed", "lane"])(
    "fails where the %s's connection takes no changes, until it does",
    async (kind) => {
      const lane = database.lane();
      await readOnly("on");
      const open = {
        pool: () => database.orm().execute(sql`select 1`),
        keyed: () => database.keyed().execute(sql`select 1`),
        lane: () => lane.transaction(async ({ rows }) => rows(statement<never>(sql`select 1 as one`)({}))),
      }[kind];
      await open?.();
      await readOnly("off");
      await expect(requireServing(database, inTime)).rejects.toMatchObject({ code: "25006" });
      await until(() =>
        requireServing(database, inTime).then(
          () => true,
          (error: unknown) => !isReadOnly(error),
        ),
      );
      await requireServing(database, inTime);
    },
  );

  it("fails after a failover to a standby, whose transactions are read only", async () => {
    database.lane();
    await requireServing(database, inTime);
    await readOnly("on");
    await endConnections();
    await until(async () => {
      const failure: unknown = await requireServing(database, inTime).catch((error: unknown) => error);
      return isReadOnly(failure);
    });
  });

  it("fails where the database's clock is behind the newest row", async () => {
    await requireServing(database, async () => aheadMsMax);
    await expect(requireServing(database, async () => aheadMsMax + 1)).rejects.toBeInstanceOf(ClockBehind);
  });

  it("fails where the database is not migrated", async () => {
    await withSql(created.url, (other) => other`delete from drizzle.__drizzle_migrations`);
    await expect(requireServing(database, inTime)).rejects.toThrow("not migrated");
  });
});
