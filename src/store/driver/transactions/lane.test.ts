import { sql } from "drizzle-orm";
import { createDatabase, type TestDatabase } from "../../../../test/support/database.ts";
import { withSql } from "../../../../test/support/sql.ts";
import { Session } from "../connections/session.ts";
import { type Database, openDatabase } from "../database.ts";
import {
  ConnectionLost,
  isConnectionLoss,
  isContention,
  isLockTimeout,
  StatementForgotten,
  TurnTaken,
  WrongCount,
} from "../errors.ts";
import { statement } from "../statements/statement.ts";
import { Lane } from "./lane.ts";
import { retrying } from "./retry.ts";

let created: TestDatabase;
let database: Database;
let lane: Lane;

beforeAll(async () => {
  created = await createDatabase("empty");
  await withSql(created.url, (other) => other`create table marks (n int primary key)`);
});

beforeEach(async () => {
  database = openDatabase(created.url);
  lane = database.lane();
  await database.orm().execute(sql`truncate marks`);
});

afterEach(() => database.close());
afterAll(() => created.drop());

const insert = statement<"n">(sql`insert into marks values (${sql.placeholder("n")}::int)`);
const mark = (n: number) => insert({ n: String(n) });
const renumber = statement<never>(sql`update marks set n = 2`)({});
const ownPid = statement<never>(sql`select pg_backend_pid() as pid`)({});
const count = statement<never>(sql`select count(*)::int as n from marks`)({});
const sleep = statement<never>(sql`select pg_sleep(60)`)({});
const times = (length: number) => Array.from({ length }, (_, index) => index);

async function marks(): Promise<number[]> {
  const rows = await database.orm().execute<{ n: number }>(sql`select n from marks order by n`);
  return rows.map(({ n }) => n);
}

function counted(): Promise<number | undefined> {
  return lane.transaction(async ({ rows }) => (await rows<{ n: number }>(count))[0]?.n);
}

describe("a transaction of a lane", () => {
  it("commits its last statements together, in their order", async () => {
    await lane.transaction(({ commit }) => commit([mark(1), renumber, mark(1)]));
    expect(await marks()).toEqual([1, 2]);
  });

  it("tells a turn that did not come from any other lock, and commits nothing", async () => {
    const turn = statement<never>(sql`select pg_advisory_xact_lock(1)`)({});
    await database.transaction(async (orm) => {
      await orm.execute(sql.raw(turn.text));
      const waiting = (isTurn: boolean) =>
        lane
          .transaction(({ commit }) => commit([mark(1), { ...turn, isTurn }, mark(2)]))
          .catch((error: unknown) => error);
      const [asTurn, asLock] = [await waiting(true), await waiting(false)];
      expect([asTurn instanceof TurnTaken, isContention(asTurn), isLockTimeout(asTurn)]).toEqual([
        true,
        true,
        false,
      ]);
      expect([asLock instanceof TurnTaken, isLockTimeout(asLock)]).toEqual([false, true]);
    });
    expect(await marks()).toEqual([]);
  });

  it("commits none of them where one fails, and says which error", async () => {
    const failing = lane.transaction(async ({ rows, commit }) => {
      await rows(mark(1));
      await commit([mark(2), mark(1), mark(3)]);
    });
    await expect(failing).rejects.toMatchObject({ code: "23505" });
    expect(await marks()).toEqual([]);
  });

  it("says why the first of its statements failed, whoever of those who asked together hears of it first", async () => {
    await database.orm().execute(sql`insert into marks values (1)`);
    const failing = lane.transaction(({ rows }) => {
      const behind: Promise<unknown>[] = [];
      const heardLast = rows(mark(1)).catch(async (error: unknown) => {
        await Promise.allSettled(behind);
        throw error;
      });
      behind.push(rows(count), rows(count));
      return Promise.all([...behind, heardLast]);
    });
    await expect(failing).rejects.toMatchObject({ code: "23505" });
  });

  it("is not acknowledged where a statement concerned more or fewer rows than it had to", async () => {
    const commit = (rows: number) =>
      lane.transaction((transaction) => transaction.commit([{ ...renumber, rows }]));
    await expect(commit(1)).rejects.toThrow(WrongCount);
    await expect(commit(1)).rejects.toThrow(/^0 rows and not 1: update marks/);
    await lane.transaction((transaction) => transaction.commit([{ ...mark(1), rows: 1 }]));
    await commit(1);
    await expect(commit(0)).rejects.toThrow(WrongCount);
  });

  it("counts the rows of a statement with parameters, among others", async () => {
    const counted = lane.transaction(({ commit }) =>
      commit([mark(1), { ...mark(2), rows: 2 }, { ...mark(3), rows: 1 }]),
    );
    await expect(counted).rejects.toThrow(/^1 rows and not 2: insert into marks/);
  });

  it("waits for a lock no longer than a lane may, and says that it was contention", async () => {
    await lane.transaction(({ commit }) => commit([mark(1)]));
    await withSql(created.url, async (other) => {
      await other`begin`;
      await other`select from marks for update`;
      const waiting = await lane
        .transaction(({ commit }) => commit([renumber]))
        .catch((error: unknown) => error);
      expect([isContention(waiting), waiting]).toMatchObject([true, { code: "55P03" }]);
      await other`rollback`;
    });
  });

  it.each([
    ["a statement that the session has forgotten", "deallocate all"],
    ["a statement whose table was changed", "alter table marks add column if not exists more int"],
  ])("never runs %s behind the COMMIT", async (_, change) => {
    const read = statement<"n">(sql`select * from marks where n = ${sql.placeholder("n")}::int`)({ n: "1" });
    const attempt = () =>
      lane.transaction(async ({ commit }) => {
        await commit([mark(1), read, mark(2)]);
      });
    await lane.transaction(({ rows }) => Promise.all([rows(read), rows(mark(9))]));
    await lane.transaction(({ commit }) => commit([statement<never>(sql.raw(change))({})]));
    const failure = await attempt().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StatementForgotten);
    expect(await marks()).toEqual([]);
    await retrying(attempt);
    expect(await marks()).toEqual([1, 2]);
  });

  it("is undone where it does not commit, and answers all the same", async () => {
    const answer = lane.transaction(async ({ rows }) => {
      await rows(mark(1));
      return rows(count);
    });
    expect(await answer).toEqual([{ n: 1 }]);
    expect(await marks()).toEqual([]);
  });

  it("takes no statement any more once it is over", async () => {
    let late: Promise<unknown> | undefined;
    const failing = lane.transaction(({ rows }) => {
      late = new Promise(setImmediate).then(() => rows(mark(1)));
      throw new Error("changed its mind");
    });
    await expect(failing).rejects.toThrow("changed its mind");
    await expect(late).rejects.toThrow("over");
    expect(await counted()).toBe(0);
  });
});

describe("transactions that follow each other in a lane", () => {
  it("are whole, each of them, however those before them end", async () => {
    const outcomes = await Promise.allSettled(
      times(150).map((n) =>
        lane.transaction(async ({ orm, rows, commit }) => {
          await rows(mark(2 * n));
          if (n % 3 === 0) return commit([mark(2 * n + 1)]);
          if (n % 3 === 1) return commit([mark(2 * n + 1), mark(2 * n)]);
          await orm.execute(sql`select 1`);
          throw new Error("changed its mind");
        }),
      ),
    );
    expect(outcomes.map(({ status }) => status === "fulfilled")).toEqual(outcomes.map((_, n) => n % 3 === 0));
    expect(await marks()).toEqual(times(150).flatMap((n) => (n % 3 === 0 ? [2 * n, 2 * n + 1] : [])));
  });

  it("see what those before them committed, and begin before that is answered", async () => {
    const events: string[] = [];
    const first = lane.transaction(
      async ({ commit }) => {
        await commit([mark(1)]);
        events.push("committed");
      },
      () => events.push("sent"),
    );
    const second = lane.transaction(({ rows }) => {
      events.push("begun");
      return rows(count);
    });
    await Promise.all([first, second]);
    expect(await second).toEqual([{ n: 1 }]);
    expect(events).toEqual(["sent", "begun", "committed"]);
  });
});

it("gives up a transaction that has no answer for too long, and goes on over a new connection", async () => {
  const impatient = new Lane((onEnd) => new Session(created.url, {}, onEnd), { transactionMsMax: 500 });
  const [endless, next] = [sleep, count].map((query) =>
    impatient.transaction(({ rows }) => rows<{ n?: number }>(query)),
  );
  await expect(endless).rejects.toBeInstanceOf(ConnectionLost);
  expect(await next?.catch(() => retrying(() => impatient.transaction(({ rows }) => rows(count))))).toEqual([
    { n: 0 },
  ]);
  await impatient.close();
});

describe("a lane whose connection closes", () => {
  it("fails what is under way, commits nothing of it anywhere else, and goes on with a new one", async () => {
    await counted();
    const sent: string[] = [];
    const under = lane.transaction(
      async ({ rows, commit }) => {
        const [backend] = await rows<{ pid: number }>(ownPid);
        await rows(mark(1));
        await withSql(created.url, (other) => other`select pg_terminate_backend(${backend?.pid ?? 0}::int)`);
        await commit([mark(2)]);
      },
      () => sent.push("first"),
    );
    const next = retrying(() => lane.transaction(({ commit }) => commit([mark(3)])));
    const lost = await under.catch((error: unknown) => error);
    expect([isConnectionLoss(lost), sent]).toEqual([true, ["first"]]);
    await next;
    expect(await marks()).toEqual([3]);
  });

  it("never sends the rest of a transaction over the new one", async () => {
    const large = times(2_000).map((n) => mark(100 + n));
    for (const pauseMs of [0, 1, 2, 4, 8, 16]) {
      const [backend] = await retrying(() => lane.transaction(({ rows }) => rows<{ pid: number }>(ownPid)));
      // It has not ended when the connection closes, however fast it is.
      const under = lane
        .transaction(({ commit }) => commit([mark(1), ...large, sleep]))
        .catch((error) => error);
      const killed = withSql(created.url, async (other) => {
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
        await other`select pg_terminate_backend(${backend?.pid ?? 0}::int)`;
      });
      expect(isConnectionLoss(await under)).toBe(true);
      await killed;
      expect(await retrying(counted)).toBe(0);
    }
  });
});

it("takes no transaction once its database is closed", async () => {
  await counted();
  await database.close();
  await expect(counted()).rejects.toBeInstanceOf(ConnectionLost);
});
