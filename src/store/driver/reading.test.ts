import { sql } from "drizzle-orm";
import { createDatabase, type TestDatabase } from "../../../test/support/database.ts";
import { until } from "../../../test/support/until.ts";
import { openDatabase } from "./database.ts";
import { isContention, isReadTimeout } from "./errors.ts";
import type { Orm } from "./orm.ts";
import { Session } from "./session.ts";

let created: TestDatabase;
beforeAll(async () => {
  created = await createDatabase();
});
afterAll(() => created.drop());

const errorOf = (promise: PromiseLike<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );
const sleeping = (orm: Orm) => orm.execute(sql`select pg_sleep(60)`);

it("tells a read that took all its time from one that was cancelled, and from what changes", async () => {
  const database = openDatabase(created.url, { readMsMax: 300 });
  const patient = openDatabase(created.url);
  const cancel = sql`select pg_cancel_backend(pid) as cancelled from pg_stat_activity
    where datname = current_database() and wait_event = 'PgSleep'`;
  const late = await errorOf(sleeping(database.orm()));
  expect([isReadTimeout(late), isContention(late)]).toEqual([true, false]);
  const inTransaction = await errorOf(database.transaction((orm) => sleeping(orm)));
  expect([isReadTimeout(inTransaction), isContention(inTransaction)]).toEqual([false, true]);
  const cancelled = errorOf(sleeping(patient.orm()));
  await until(async () => (await patient.keyed().execute<{ cancelled: boolean }>(cancel))[0]?.cancelled);
  expect([isReadTimeout(await cancelled), isContention(await cancelled)]).toEqual([false, true]);
  await Promise.all([database.close(), patient.close()]);
});

it("counts no time in which another was read on the connection", async () => {
  const session = new Session(created.url, { statement_timeout: "300" }, () => undefined);
  await session.use(async () => {
    const first = session.ask("select pg_sleep(0.2)");
    const second = session.ask("select pg_sleep(60)");
    await first;
    const firstAnsweredAt = performance.now();
    await errorOf(second);
    expect(second.ranMs).toBeGreaterThan(0);
    expect(second.ranMs).toBeLessThan(performance.now() - firstAnsweredAt + 100);
  });
  await session.close();
});
