import { sql } from "drizzle-orm";
import { until } from "../../test/support/until.ts";
import { allConnections } from "./driver/connections/shares.ts";
import type { Database } from "./driver/database.ts";

const asleep = sql`from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'`;

/** Works while every connection for wide reads is taken. Fails where one was free before the work had ended. */
export async function whileWideReadsWait(database: Database, work: () => Promise<void>): Promise<void> {
  // Where one still had somebody at work on it, two reads would go one behind the other on another.
  await until(async () => database.figures().wide.busy === 0);
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
  let haveEnded = false;
  const ended = Promise.all(reads).then(() => {
    haveEnded = true;
  });
  try {
    await until(async () => {
      const sleepers = await database.keyed().execute(sql`select pid ${asleep}`);
      return sleepers.length === allConnections.wide;
    });
    await work();
    expect(isTaken).toBe(true);
  } finally {
    // Again where one begins to sleep only then.
    await until(async () => {
      await database.keyed().execute(sql`select pg_cancel_backend(pid) ${asleep}`);
      return haveEnded;
    });
    await ended;
  }
}
