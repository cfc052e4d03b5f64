import { setMaxListeners } from "node:events";
import { sql } from "drizzle-orm";
import { createDatabase, type TestDatabase } from "../../../test/support/database.ts";
import { withSql } from "../../../test/support/sql.ts";
import { leftWork } from "../../bounds/left-work.ts";
import { allConnections } from "./connections/shares.ts";
import { type Database, openDatabase } from "./database.ts";
import { CommitUnanswered, driverError } from "./errors.ts";
import { retrying } from "./transactions/retry.ts";

const connectionsMax = allConnections.wide;

let created: TestDatabase;
let database: Database;

// One signal ends hundreds of queries here.
setMaxListeners(0);

beforeAll(async () => {
  created = await createDatabase();
});

beforeEach(() => {
  database = openDatabase(created.url);
});

afterEach(() => database.close());
afterAll(() => created.drop());

const turn = () => new Promise(setImmediate);
const times = (count: number) => Array.from({ length: count }, (_, index) => index);

async function sleep(seconds: number, signal?: AbortSignal) {
  await database.orm(signal).execute(sql`select pg_sleep(${seconds}::float8)`);
}

async function echo(n: number, signal?: AbortSignal): Promise<number | undefined> {
  const [row] = await database.orm(signal).execute<{ n: number }>(sql`select ${n}::int as n`);
  return row?.n;
}

/** Makes every connection open, with the statements prepared, so that queries wait behind each other on them. */
async function warmUp() {
  for (const _ of times(3)) {
    await Promise.all(times(connectionsMax).map(() => sleep(0.02)));
    await Promise.all(times(connectionsMax).map(() => transactionOf(0.02)));
    await Promise.all(times(connectionsMax * 4).map((n) => echo(n)));
  }
}

function transactionOf(seconds: number, signal?: AbortSignal) {
  return database.transaction(
    (orm) =>
      Promise.all([
        orm.execute(sql`select pg_sleep(${seconds}::float8)`),
        orm.execute(sql`select ${1}::int as n`),
        orm.execute(sql`select ${2}::int as n`),
      ]),
    signal,
  );
}

/** Waits until the database runs that many of the test's sleeping queries. */
async function untilSleeping(isEnough: (count: number) => boolean) {
  const other = openDatabase(created.url);
  const running = sql`select count(*)::int as n from pg_stat_activity
    where datname = current_database() and wait_event = 'PgSleep'`;
  const giveUpAt = performance.now() + 10_000;
  while (!isEnough((await other.orm().execute<{ n: number }>(running))[0]?.n ?? 0)) {
    if (performance.now() > giveUpAt) throw new Error("the queries do not sleep as expected");
  }
  await other.close();
}

/** Ends the test's sleeping queries, which fail with that. */
async function wakeAll() {
  await withSql(
    created.url,
    (other) => other`select pg_cancel_backend(pid) from pg_stat_activity
      where datname = current_database() and wait_event = 'PgSleep'`,
  );
}

describe("a query whose signal aborts", () => {
  it("fails with the signal's reason, and ends in the database", async () => {
    const abort = new AbortController();
    const sleeping = expect(sleep(60, abort.signal)).rejects.toMatchObject({
      cause: new Error("out of time"),
    });
    await untilSleeping((count) => count === 1);
    abort.abort(new Error("out of time"));
    await sleeping;
    await untilSleeping((count) => count === 0);
  });

  it("ends in the database also where that is not at work on it yet", async () => {
    await warmUp();
    const first = times(connectionsMax).map(() => sleep(0.5));
    await untilSleeping((count) => count === connectionsMax);
    const abort = new AbortController();
    const behind = times(connectionsMax).map(() => sleep(60, abort.signal));
    await turn();
    abort.abort();
    await Promise.allSettled([...first, ...behind]);
    await leftWork(abort.signal, 10_000);
    await untilSleeping((count) => count === 0);
  });

  it("ends in the database also where it is prepared when its signal aborts", async () => {
    for (const n of times(20)) {
      const abort = new AbortController();
      const asked = database.orm(abort.signal).execute(sql`select pg_sleep(60) as ${sql.raw(`n${n}`)}`);
      const failed = expect(asked).rejects.toThrow();
      for (const _ of times(n % 4)) await turn();
      abort.abort();
      await failed;
    }
    await untilSleeping((count) => count === 0);
  });

  it("is not even sent when the signal has aborted before", async () => {
    const reason = new Error("out of time");
    await expect(sleep(60, AbortSignal.abort(reason))).rejects.toMatchObject({ cause: reason });
    const work = jest.fn();
    await expect(database.transaction(work, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(work).not.toHaveBeenCalled();
  });

  it("is noted as going on until the database has come to its end", async () => {
    await warmUp();
    const abort = new AbortController();
    let woken = 0;
    const sleeping = times(connectionsMax).map(() =>
      sleep(60).catch(() => {
        woken += 1;
      }),
    );
    await untilSleeping((count) => count === connectionsMax);
    // Behind one of them, where it cannot be cancelled.
    const waiting = echo(1, abort.signal);
    await turn();
    abort.abort(new Error("out of time"));
    await expect(waiting).rejects.toMatchObject({ cause: new Error("out of time") });
    expect(woken).toBe(0);
    const wokenWhenOver = leftWork(abort.signal, 60_000)
      .then(turn)
      .then(() => woken);
    await wakeAll();
    expect(await wokenWhenOver).toBeGreaterThan(0);
    await Promise.all(sleeping);
  });

  it("leaves the answers of others on its connection to them", async () => {
    await warmUp();
    const abort = new AbortController();
    const sleeping = times(connectionsMax).map(() => sleep(60).catch(() => undefined));
    const answers = times(200).map((n) =>
      n % 3 === 1 ? echo(n, abort.signal).catch(() => "aborted") : echo(n),
    );
    await untilSleeping((count) => count === connectionsMax);
    abort.abort();
    await wakeAll();
    expect(await Promise.all(answers)).toEqual(times(200).map((n) => (n % 3 === 1 ? "aborted" : n)));
    await Promise.all(sleeping);
  });

  it.each([
    ["on new connections", async () => undefined],
    ["on warm connections", warmUp],
  ])("gives back the connection of its transaction (%s)", async (_, prepare) => {
    await prepare();
    const abort = new AbortController();
    const aborted = times(connectionsMax).map(() => transactionOf(60, abort.signal));
    await untilSleeping((count) => count === connectionsMax);
    abort.abort(new Error("out of time"));
    const outcomes = await Promise.allSettled(aborted);
    expect(outcomes.map(({ status }) => status)).toEqual(times(connectionsMax).map(() => "rejected"));
    expect(await Promise.all(times(64).map((n) => echo(n)))).toEqual(times(64));
  });

  it("gives back a connection that was still being made", async () => {
    for (const _ of times(2)) {
      const abort = new AbortController();
      const aborted = times(connectionsMax).map((n) => echo(n, abort.signal));
      abort.abort();
      await Promise.allSettled(aborted);
    }
    expect(await Promise.all(times(64).map((n) => echo(n)))).toEqual(times(64));
  });
});

describe("a transaction that fails", () => {
  it("says why its first statement did, and not that what is behind that was in vain", async () => {
    const outcome = database.transaction(async (orm) => {
      await orm.execute(sql`select 1 / 0`).catch(() => undefined);
      await orm.execute(sql`select 1`);
    });
    await expect(outcome).rejects.toMatchObject({ code: "22012" });
  });

  it("may stand where a node did not answer its COMMIT", async () => {
    await withSql(created.url, (other) =>
      other.unsafe(`
        create table marks (n int);
        create function lose_node() returns trigger language plpgsql as $$ begin
          raise exception 'could not commit transaction for shard 1 on at least one active node' using errcode = 'XX000';
        end $$;
        create constraint trigger lose_node after insert on marks deferrable initially deferred
          for each row execute function lose_node()`),
    );
    const outcome = database.transaction((orm) => orm.execute(sql`insert into marks values (1)`));
    await expect(outcome).rejects.toThrow(CommitUnanswered);
  });
});

describe("a query that fails after some of its rows", () => {
  it("leaves the next answers on its connection whole", async () => {
    const fail = () => database.orm().execute(sql`select 10 / (3 - n) from generate_series(1, 5) as n`);
    const [numbers, none] = [sql`select 7 as n union all select 8`, sql`select 7 as n where false`];
    const n = sql<number>`n`;
    await expect(fail()).rejects.toMatchObject({ cause: { code: "22012" } });
    expect([...(await database.orm().execute(numbers))]).toEqual([{ n: 7 }, { n: 8 }]);
    await expect(fail()).rejects.toThrow();
    expect([...(await database.orm().select({ n }).from(sql`(${numbers}) as numbers`))]).toEqual([
      { n: 7 },
      { n: 8 },
    ]);
    await expect(fail()).rejects.toThrow();
    expect([...(await database.orm().execute(none))]).toEqual([]);
    expect([...(await database.orm().execute(numbers))]).toEqual([{ n: 7 }, { n: 8 }]);
  });
});

describe("a connection that closes", () => {
  it("while queries are asked of it, takes no place in the pool with it", async () => {
    const closing = database.transaction(async (orm) => {
      const [row] = await orm.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
      await withSql(created.url, async (other) => {
        other`select pg_terminate_backend(${row?.pid ?? 0}::int)`.execute();
        await turn();
        // By the end of this block the connection has been closed, and that is still to be read.
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
        // Whenever it is read, a query has just been asked for.
        for (const _ of times(20)) {
          orm.execute(sql`select 1`).catch(() => undefined);
          await turn();
        }
      });
    });
    await expect(closing).rejects.toMatchObject({
      code: expect.stringMatching(/57P01|CONNECTION_CLOSED|ECONNRESET|EPIPE/),
    });
    const failures: unknown[] = [];
    const attempt = (n: number) =>
      echo(n).catch((error: unknown) => {
        failures.push(driverError(error));
        throw error;
      });
    expect(await Promise.all(times(64).map((n) => retrying(() => attempt(n))))).toEqual(times(64));
    expect(failures).not.toContainEqual(expect.objectContaining({ code: "CONNECT_TIMEOUT" }));
  });

  it("under a transaction, before its next query, ends that transaction and nothing else", async () => {
    const outcome = database.transaction(async (orm) => {
      const [row] = await orm.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
      await withSql(created.url, (other) => other`select pg_terminate_backend(${row?.pid ?? 0}::int, 10000)`);
      // It has ended, which is read in the next round of the event loop.
      for (const _ of times(2)) await turn();
      return orm.execute(sql`select 1`);
    });
    await expect(outcome).rejects.toMatchObject({ code: expect.stringMatching(/57P01|CONNECTION_CLOSED/) });
    expect(await Promise.all(times(64).map((n) => echo(n)))).toEqual(times(64));
  });
});

describe("the pool", () => {
  it("lets queries wait while transactions have every connection, and answers each in its turn", async () => {
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const holding = times(connectionsMax).map(() =>
      database.transaction(async (orm) => {
        await orm.execute(sql`select 1`);
        await gate;
      }),
    );
    const answered: number[] = [];
    const waiting = times(5).map((n) => echo(n).then((answer) => answered.push(answer ?? -1)));
    const more = times(connectionsMax).map((n) =>
      database.transaction((orm) => orm.execute<{ n: number }>(sql`select ${n}::int as n`)),
    );
    await database.keyed().execute(sql`select 1`);
    expect(answered).toEqual([]);
    open();
    await Promise.all([...holding, ...waiting]);
    expect((await Promise.all(more)).map(([row]) => row?.n)).toEqual(times(connectionsMax));
    expect(answered.sort()).toEqual(times(5));
  });

  it("answers a Drizzle that was made before its connections were lost", async () => {
    const [orm, keyed] = [database.orm(), database.keyed()];
    const ask = () => Promise.all([orm.execute(sql`select 1`), keyed.execute(sql`select 1`)]);
    for (const _ of times(3)) {
      await ask();
      await withSql(
        created.url,
        (other) => other`select pg_terminate_backend(pid, 10000) from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid()`,
      );
      await retrying(ask);
    }
  });

  it("takes nothing once it is closed, and rejects what waits", async () => {
    const holding = times(connectionsMax).map(() =>
      database.transaction((orm) => orm.execute(sql`select pg_sleep(0.2)`)),
    );
    const waiting = expect(echo(1)).rejects.toMatchObject({ cause: { code: "CONNECTION_CLOSED" } });
    await turn();
    await database.close();
    await waiting;
    expect((await Promise.allSettled(holding)).map(({ status }) => status)).toEqual(
      times(connectionsMax).map(() => "fulfilled"),
    );
    await expect(echo(1)).rejects.toMatchObject({ cause: { code: "CONNECTION_CLOSED" } });
  });

  it("undoes a transaction whose work went on after a failed query, and says which error it was", async () => {
    const sloppy = database.transaction(async (orm) => {
      await orm.execute(sql`select 1 / 0`).catch(() => undefined);
      return "done";
    });
    await expect(sloppy).rejects.toMatchObject({ code: "22012" });
  });
});
