import { sql } from "drizzle-orm";
import { createDatabase } from "../../../test/support/database.ts";
import { until } from "../../../test/support/until.ts";
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
  const asleep = sql`from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'`;
  try {
    await until(async () => {
      const sleepers = await database.keyed().execute(sql`select pid ${asleep}`);
      return sleepers.length === allConnections.wide;
    });
    const organizations = new Organizations(database);
    await organizations.find("nobody");
    await organizations.find("018f7d3c-2b6a-7cc1-9f3e-0a1b2c3d4e5f");
    expect(isTaken).toBe(true);
  } finally {
    await database.keyed().execute(sql`select pg_cancel_backend(pid) ${asleep}`);
    await Promise.all(reads);
    await database.close();
    await created.drop();
  }
});
