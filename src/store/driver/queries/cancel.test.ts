import { sql } from "drizzle-orm";
import { createDatabase } from "../../../../test/support/database.ts";
import { startLine } from "../../../../test/support/line.ts";
import { withSql } from "../../../../test/support/sql.ts";
import { until } from "../../../../test/support/until.ts";
import { openDatabase } from "../database.ts";

/** What a request to cancel begins with: its length, and the version that says what it is. */
const cancelRequest = Buffer.from("0000001004d2162e", "hex");

it("nobody else gets a connection while a request to cancel what ran on it is on its way", async () => {
  const created = await createDatabase();
  const kept: (() => void)[] = [];
  const line = await startLine(created.url, (first) => {
    if (first.indexOf(cancelRequest) !== 0) return;
    return new Promise((resolve) => {
      kept.push(resolve);
    });
  });
  const database = openDatabase(line.url);
  const sleep = async (seconds: number, signal?: AbortSignal) => {
    await database.orm(signal).execute(sql`select pg_sleep(${seconds}::float8)`);
  };
  await withSql(created.url, async (other) => {
    const sleeping = () =>
      other`select pid from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'`;
    const sleepers = (count: number) => until(async () => (await sleeping()).length === count);
    const abort = new AbortController();
    const left = expect(sleep(60, abort.signal)).rejects.toThrow();
    await sleepers(1);
    abort.abort();
    await left;
    await until(async () => kept.length === 1);
    for (const { pid } of await sleeping()) await other`select pg_cancel_backend(${pid}::int)`;
    await sleepers(0);
    const next = sleep(0.5);
    await sleepers(1);
    for (const resolve of kept) resolve();
    await next;
  });
  await database.close();
  line.close();
  await created.drop();
});
