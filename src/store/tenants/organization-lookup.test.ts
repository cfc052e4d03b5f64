import { sql } from "drizzle-orm";
import { createDatabase } from "../../../test/support/database.ts";
import { openDatabase } from "../driver/database.ts";
import { allConnections } from "../driver/shares.ts";
import { Organizations } from "./organizations.ts";

it("finds an organization while every connection for wide reads is taken", async () => {
  const created = await createDatabase();
  const database = openDatabase(created.url);
  let isTaken = true;
  const reads = Array.from({ length: allConnections.wide }, () =>
    database
      .orm()
      .execute(sql`select pg_sleep(60)`)
      .then(
        () => {
          isTaken = false;
        },
        () => undefined,
      ),
  );
  try {
    const organizations = new Organizations(database);
    await organizations.find("nobody");
    await organizations.find("018f7d3c-2b6a-7cc1-9f3e-0a1b2c3d4e5f");
    expect(isTaken).toBe(true);
  } finally {
    const ends = sql`select pg_cancel_backend(pid) from pg_stat_activity
      where datname = current_database() and wait_event = 'PgSleep'`;
    await database.keyed().execute(ends);
    await Promise.all(reads);
    await database.close();
    await created.drop();
  }
}, 20_000);
