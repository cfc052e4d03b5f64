import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { type SQL, sql } from "drizzle-orm";
import { connectTo } from "../../../../test/support/commit-proxy.ts";
import { createDatabase, type TestDatabase } from "../../../../test/support/database.ts";
import { takeForDistributed } from "../../../../test/support/distributed.ts";
import { withSql } from "../../../../test/support/sql.ts";
import { until } from "../../../../test/support/until.ts";
import { type Database, openDatabase } from "../database.ts";
import { isConnectionLoss } from "../errors.ts";
import type { Orm } from "../statements/orm.ts";
import { statement } from "../statements/statement.ts";
import { Session } from "./session.ts";

let created: TestDatabase;
let database: Database;
beforeEach(async () => {
  created = await createDatabase();
});
afterEach(async () => {
  await database?.close();
  await created.drop();
});

/** Gives the database defaults that nothing of ours could live with. */
async function setDefaults(defaults: Readonly<Record<string, string>>): Promise<void> {
  const name = new URL(created.url).pathname.slice(1);
  await withSql(created.url, async (other) => {
    for (const [setting, value] of Object.entries(defaults))
      await other.unsafe(`alter database ${name} set ${setting} = ${value}`);
  });
}

const hostile = {
  datestyle: "'German, DMY'",
  intervalstyle: "sql_standard",
  timezone: "'America/St_Johns'",
  bytea_output: "escape",
  extra_float_digits: "-15",
  standard_conforming_strings: "off",
  array_nulls: "off",
  search_path: "nowhere",
  default_transaction_isolation: "serializable",
  default_transaction_deferrable: "on",
  lc_messages: "'C'",
  lock_timeout: "1",
  idle_session_timeout: "'10min'",
  idle_in_transaction_session_timeout: "'10min'",
  plan_cache_mode: "auto",
  jit: "on",
  jit_above_cost: "0",
  synchronous_commit: "off",
};

const shown = ["datestyle", "intervalstyle", "timezone", "bytea_output", "extra_float_digits", "array_nulls"];
const more = [
  "standard_conforming_strings",
  "search_path",
  "transaction_isolation",
  "transaction_deferrable",
];
const last = ["lock_timeout", "idle_session_timeout", "statement_timeout", "plan_cache_mode", "jit"];
const names = [...shown, ...more, ...last, "synchronous_commit", "application_name"];
const current = statement<never>(
  sql.raw(`select ${names.map((name) => `current_setting('${name}') as ${name}`).join(", ")}`),
)({});

async function settingsOf(kind: "pool" | "keyed" | "lane" | "transaction") {
  const query = sql.raw(current.text);
  const [row] = await {
    pool: () => database.orm().execute(query),
    keyed: () => database.keyed().execute(query),
    transaction: () => database.transaction((orm) => orm.execute(query)),
    lane: () => database.lane().transaction(({ rows }) => rows<Record<string, unknown>>(current)),
  }[kind]();
  return row;
}

const relied = {
  datestyle: "ISO, MDY",
  intervalstyle: "postgres",
  timezone: "UTC",
  bytea_output: "hex",
  extra_float_digits: "1",
  array_nulls: "on",
  standard_conforming_strings: "on",
  search_path: "public",
  transaction_isolation: "read committed",
  transaction_deferrable: "off",
  lock_timeout: "100ms",
  idle_session_timeout: "0",
  statement_timeout: "1min",
  plan_cache_mode: "force_generic_plan",
  jit: "off",
  synchronous_commit: "on",
  application_name: "tallystick",
};

describe("a connection to a database whose defaults are others", () => {
  it.each([
    ["pool", relied],
    ["transaction", relied],
    ["keyed", relied],
    ["lane", { ...relied, lock_timeout: "100ms" }],
  ] as const)("has what we rely on (%s)", async (kind, settings) => {
    await setDefaults(hostile);
    database = openDatabase(created.url);
    expect(await settingsOf(kind)).toEqual(settings);
  });

  it.each(["pool", "lane"] as const)(
    "has it also on the connection after one that was lost (%s)",
    async (kind) => {
      await setDefaults(hostile);
      database = openDatabase(created.url);
      const before = await settingsOf(kind);
      await withSql(
        created.url,
        (other) => other`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()`,
      );
      const lost = Array.from({ length: 40 }, () => settingsOf(kind).catch(() => before));
      for (const settings of await Promise.all(lost)) expect(settings).toEqual(before);
    },
  );

  it.each(["on", "local", "remote_write", "remote_apply"])("keeps synchronous_commit = %s", async (value) => {
    await setDefaults({ synchronous_commit: value });
    database = openDatabase(created.url);
    expect(await settingsOf("lane")).toMatchObject({ synchronous_commit: value });
  });
});

describe("a connection to a database that has Citus", () => {
  const kept = ["plan_cache_mode", "citus.propagate_set_commands", "citus.node_connection_timeout"];
  const query = sql.raw(
    `select ${kept.map((name) => `current_setting('${name}', true)`).join(" || ' ' || ")} as kept`,
  );
  const keptBy = async (orm: Orm) => (await orm.execute(query))[0];

  it("forces no plan for all parameters, and takes along to the node what a transaction sets", async () => {
    await takeForDistributed(created.url);
    database = openDatabase(created.url);
    for (const orm of [database.keyed(), database.orm()])
      expect(await keptBy(orm)).toEqual({ kept: expect.stringMatching(/^auto local 1(000|s)$/) });
    expect(await database.isDistributed()).toBe(true);
    expect(await database.lane().transaction(async ({ isDistributed }) => isDistributed)).toBe(true);
  });

  it("is told from one to a PostgreSQL alone", async () => {
    const alone = await createDatabase("empty");
    const other = openDatabase(alone.url);
    const [row] = await other.keyed().execute(sql`select current_setting('plan_cache_mode') as mode`);
    expect(row).toEqual({ mode: "force_generic_plan" });
    expect(await other.isDistributed()).toBe(false);
    expect(await other.lane().transaction(async ({ isDistributed }) => isDistributed)).toBe(false);
    await other.close();
    await alone.drop();
  });
});

describe("a session", () => {
  it("fails what it has not answered when its connection closes, sent or not, and is over", async () => {
    const ends: string[] = [];
    const session = new Session(created.url, {}, () => ends.push("end"));
    const outcomes = await session.use(async () => {
      const [backend] = await session.ask("select pg_backend_pid() as pid");
      const endless = session.ask("select pg_sleep($1)", [60]);
      const waiting = Array.from({ length: 300 }, (_, n) => session.ask("select $1::int as n", [n]));
      const settled = Promise.allSettled([endless, ...waiting]);
      await withSql(created.url, (other) => other`select pg_terminate_backend(${backend?.["pid"]}::int)`);
      return settled;
    });
    expect(outcomes.map(({ status }) => status)).toEqual(outcomes.map(() => "rejected"));
    expect(() => session.ask("select 1")).toThrow(expect.objectContaining({ code: "CONNECTION_CLOSED" }));
    expect(ends).toEqual(["end"]);
    await untilBackends((count) => count === 0);
  });

  it("keeps no connection that comes after it was given up", async () => {
    // Whether one comes at all is up to when the driver tries again.
    let late: { ends: Promise<unknown> } | undefined;
    for (let tries = 0; late === undefined && tries < 20; tries += 1) late = await lateConnection();
    expect(late).toBeDefined();
    await late?.ends;
  });

  it("rejects whoever works on it where it cannot be opened", async () => {
    const nowhere = new URL(created.url);
    nowhere.pathname = "/there_is_no_such_database";
    const session = new Session(nowhere.href, {}, () => undefined);
    await expect(session.use(async () => "done")).rejects.toMatchObject({ code: "3D000" });
  });

  it("closes once nobody is at work on it any more", async () => {
    const session = new Session(created.url, {}, () => undefined);
    const working = session.use(async () => {
      await session.ask("select 1");
      const closed = session.close();
      const [row] = await session.ask("select 2 as n");
      return { closed, n: row?.["n"] };
    });
    const { closed, n } = await working;
    await closed;
    expect(n).toBe(2);
    await untilBackends((count) => count === 0);
  });
});

/** Waits until the database has as many connections of ours: a backend ends a moment after its connection. */
function untilBackends(isRight: (count: number) => boolean): Promise<true> {
  return withSql(created.url, (other) =>
    until(async () => {
      const [row] = await other`select count(*)::int as n from pg_stat_activity
        where datname = current_database() and application_name = 'tallystick'`;
      return isRight(row?.["n"]);
    }),
  );
}

/** How a connection ends that came after its session was given up; undefined where none came. */
async function lateConnection(): Promise<{ ends: Promise<unknown> } | undefined> {
  let isThere = false;
  let ends: Promise<unknown> | undefined;
  const proxy = createServer((socket) => {
    socket.on("error", () => undefined);
    if (!isThere) return socket.destroy();
    ends = once(socket, "close");
    return socket.pipe(connectTo(created.url)).pipe(socket);
  });
  await once(proxy.listen(0, "127.0.0.1"), "listening");
  const url = new URL(created.url.replace(/@[^/]*/, "@127.0.0.1"));
  url.port = String((proxy.address() as AddressInfo).port);
  const refused = once(proxy, "connection");
  const session = new Session(url.href, {}, () => undefined);
  const working = session.use(async () => "done").catch((error: unknown) => error);
  await refused;
  isThere = true;
  session.lose();
  expect(isConnectionLoss(await working)).toBe(true);
  await until(async () => ends, 2_000).catch(() => undefined);
  proxy.close();
  // In an object, or awaiting this would await that.
  return ends && { ends };
}

it("gives way to another connection before it knows more texts than are kept", async () => {
  database = openDatabase(created.url);
  const seen = new Set<number>();
  const kept: number[] = [];
  for (let text = 1; text <= 600; text += 1) {
    const [row] = await database.orm().execute<{ pid: number; kept: number }>(keptAfter(text, sql`1 as one`));
    seen.add(row?.pid ?? 0);
    kept.push(row?.kept ?? 0);
  }
  expect(Math.max(...kept)).toBeGreaterThan(250);
  expect(Math.max(...kept)).toBeLessThan(300);
  expect(seen.size).toBeGreaterThan(1);
});

it("never has more connections than there may be, whatever is asked beside reads that take long", async () => {
  database = openDatabase(created.url, { processes: 8 });
  const { max } = database.figures().wide;
  const ask = async (text: string) => database.orm().execute(sql.raw(text));
  for (let round = 0; round < 4; round += 1) {
    const texts = Array.from({ length: 600 }, (_, text) => ask(`select ${600 * round + text}`));
    const reading = ask("select pg_sleep(60)").catch(() => "ended");
    await Promise.all(texts);
    // While the read goes on: its end would end a connection that is too much.
    await untilBackends((count) => count <= max);
    await withSql(created.url, (other) =>
      until(async () => {
        const ended = await other`select pg_cancel_backend(pid) from pg_stat_activity
          where wait_event = 'PgSleep' and datname = current_database()`;
        return ended.length > 0;
      }),
    );
    expect(await reading).toBe("ended");
  }
});

it("bounds the texts of an only connection on which somebody is always at work", async () => {
  database = openDatabase(created.url, { processes: 16 });
  const kept: number[] = [];
  let texts = 0;
  const askOn = async () => {
    while (texts < 700) {
      texts += 1;
      // So long that no two are answered at once.
      const [row] = await database.orm().execute<{ kept: number }>(keptAfter(texts, sql`pg_sleep(0.001)`));
      kept.push(row?.kept ?? 0);
    }
  };
  await Promise.all(Array.from({ length: 4 }, askOn));
  expect(Math.max(...kept)).toBeGreaterThan(250);
  expect(Math.max(...kept)).toBeLessThan(600);
});

/** Answers how many texts its connection keeps: it has one of its own, and a parameter, without which none is kept. */
function keptAfter(text: number, beside: SQL): SQL {
  return sql`select ${sql.raw(`${text}`)} as text, ${beside}, pg_backend_pid() as pid,
    (select count(*)::int from pg_prepared_statements) as kept where ${text}::int > 0`;
}
