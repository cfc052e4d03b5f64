import { sql } from "drizzle-orm";
import { createDatabase, type TestDatabase } from "../../../../test/support/database.ts";
import { until } from "../../../../test/support/until.ts";
import { Session } from "../connections/session.ts";
import { openDatabase } from "../database.ts";
import { isContention, isReadTimeout } from "../errors.ts";
import type { Orm } from "../statements/orm.ts";

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
  const firstMs = 500;
  const session = new Session(created.url, {}, () => undefined);
  await session.use(async () => {
    await session.ask("select");
    const askedAt = performance.now();
    const first = session.ask("select pg_sleep($1)", [firstMs / 1_000]);
    const second = session.ask("select pg_sleep(0.01)::text::int");
    await first;
    await errorOf(second);
    expect(second.ranMs).toBeGreaterThan(0);
    // However long either takes on a busy machine, the first had this much of it.
    expect(second.ranMs).toBeLessThanOrEqual(performance.now() - askedAt - firstMs);
  });
  await session.close();
});
