import { sql } from "drizzle-orm";
import { createDatabase, type TestDatabase } from "../../../test/support/database.ts";
import { until } from "../../../test/support/until.ts";
import { WatchedNodes } from "../../../test/support/watched-nodes.ts";
import { type Database, openDatabase } from "./database.ts";
import { isConnectionLoss } from "./errors.ts";
import type { NodeReports } from "./node-watch.ts";
import type { Orm } from "./orm.ts";
import { allConnections } from "./shares.ts";

const told: string[] = [];
const reports: NodeReports = {
  away: (node) => told.push(`${node} is away`),
  back: (node) => told.push(`${node} is back`),
  unknown: (error) => told.push(`unknown: ${error}`),
};

let created: TestDatabase;
let database: Database;
beforeEach(async () => {
  created = await createDatabase("empty");
  told.length = 0;
  database = openDatabase(created.url, { nodeReports: reports });
});
afterEach(async () => {
  await database.close();
  await created.drop();
});

const times = (count: number) => Array.from({ length: count }, (_, n) => n);
const untilNoticed = (isAway: boolean) => until(async () => database.nodes.awayCount > 0 === isAway);
const unavailable = {
  refusal: { reason: "UNAVAILABLE", because: "a node of the database that this needs is away" },
};

it("watches nothing where there is one server", async () => {
  await database.orm().execute(sql`select 1`);
  expect(database.nodes).toMatchObject({ areWatched: false, areAllThere: true });
});

it("refuses the organizations of a node that is away until it is back, and no other", async () => {
  const nodes = await WatchedNodes.on(created.url);
  await database.orm().execute(sql`select 1`);
  const [there, away] = [nodes.idOn(1), nodes.idOn(2)];
  await nodes.second(false);
  await untilNoticed(true);
  await expect(database.nodes.requireFor(away)).rejects.toMatchObject(unavailable);
  await database.nodes.requireFor(there);
  await nodes.second(true);
  await untilNoticed(false);
  await database.nodes.requireFor(away);
});

it("gives up what a silent node does not answer, and goes on", async () => {
  const nodes = await WatchedNodes.on(created.url);
  await database.orm().execute(sql`select 1`);
  const lane = database.lane();
  const endless = [
    database.orm().execute(sql`select pg_sleep(60)`),
    database.keyed().execute(sql`select pg_sleep(60)`),
    database.transaction((orm) => orm.execute(sql`select pg_sleep(60)`)),
    lane.transaction(({ orm }) => orm.execute(sql`select pg_sleep(60)`)),
  ];
  const outcomes = Promise.allSettled(endless);
  await nodes.second(false, 1);
  expect((await outcomes).map((each) => each.status === "rejected" && isConnectionLoss(each.reason))).toEqual(
    endless.map(() => true),
  );
  await lane.transaction(({ orm }) => orm.execute(sql`select 1`));
  await database.orm().execute(sql`select 1`);
});

it("keeps what another node takes long for, while one is silent, but for a connection that others wait for", async () => {
  const nodes = await WatchedNodes.on(created.url);
  await nodes.second(false, 1);
  await expect(database.orm().execute(sql`select pg_sleep(60)`)).rejects.toThrow();
  // Drizzle asks when it is waited for.
  const whole = async (orm: Orm) => orm.execute(sql`select 'whole' as answer from pg_sleep(5)`);
  const long = [database.transaction(whole), whole(database.orm())];
  // One more than has a connection to itself.
  const crowd = Array.from({ length: allConnections.callers + 1 }, () => whole(database.callers()));
  await expect(Promise.all(crowd)).rejects.toThrow();
  expect(await Promise.all(long)).toEqual(long.map(() => [{ answer: "whole" }]));
});

it("goes on after its own connection was lost", async () => {
  const nodes = await WatchedNodes.on(created.url);
  await database.orm().execute(sql`select 1`);
  await until(async () => database.nodes.areWatched);
  await nodes.change(`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`);
  await nodes.second(false);
  await untilNoticed(true);
});

it("notices nodes that are silent from the beginning, though one look at all of them takes longer than the first may", async () => {
  const nodes = await WatchedNodes.on(created.url);
  await nodes.change("update how set answers = false, seconds = 1");
  await database.orm().execute(sql`select 1`);
  await untilNoticed(true);
  await expect(database.nodes.requireFor(nodes.idOn(1))).rejects.toMatchObject(unavailable);
});

it("cuts no work for a node that is down, however long it takes to ask the others", async () => {
  const nodes = await WatchedNodes.on(created.url);
  await nodes.change("update how set seconds = 1 where port = 1");
  const long = database.transaction((orm) => orm.execute(sql`select 'whole' as answer from pg_sleep(6)`));
  await nodes.second(false);
  await untilNoticed(true);
  expect(await long).toEqual([{ answer: "whole" }]);
});

it("lets nobody have a connection from before a node fell silent, whether it was idle or at work", async () => {
  const nodes = await WatchedNodes.on(created.url);
  const backend = async (orm: Orm) =>
    (await orm.execute(sql`select pg_backend_pid() as pid, pg_sleep(0.1)`))[0]?.["pid"];
  const idle = await Promise.all(times(allConnections.wide).map(() => backend(database.orm())));
  const busy = new Set<unknown>();
  const load = times(2 * allConnections.callers).map(async () => {
    while (database.nodes.awayCount === 0) busy.add(await backend(database.callers()));
  });
  await until(async () => busy.size === allConnections.callers);
  await nodes.second(false, 1);
  await untilNoticed(true);
  await Promise.all(load);
  const orms = [database.orm(), database.callers()];
  const after = await Promise.all(times(allConnections.wide).flatMap(() => orms.map((orm) => backend(orm))));
  expect(after.filter((pid) => idle.includes(pid) || busy.has(pid))).toEqual([]);
});

it("keeps idle connections where a node is down: none to it is left that could be waited for", async () => {
  const nodes = await WatchedNodes.on(created.url);
  const backend = async () => (await database.orm().execute(sql`select pg_backend_pid() as pid`))[0];
  const before = await backend();
  await nodes.second(false);
  await untilNoticed(true);
  expect(await backend()).toEqual(before);
});

it("gives up a transaction from before a node fell silent that asks it later", async () => {
  const nodes = await WatchedNodes.on(created.url);
  const asking = database.transaction(async (orm) => {
    await orm.execute(sql`select 1`);
    await nodes.second(false, 1);
    await untilNoticed(true);
    await orm.execute(sql`select pg_sleep(60)`);
  });
  const error = await asking.catch((reason: unknown) => reason);
  expect(isConnectionLoss(error)).toBe(true);
});

it("gives up what a node does not answer that was down before it fell silent", async () => {
  const nodes = await WatchedNodes.on(created.url);
  await database.orm().execute(sql`select 1`);
  await nodes.second(false);
  await untilNoticed(true);
  const asking = database.transaction((orm) => orm.execute(sql`select pg_sleep(60)`));
  const outcome = asking.catch((reason: unknown) => reason);
  await nodes.second(false, 1);
  expect(isConnectionLoss(await outcome)).toBe(true);
});

it.each([
  'FATAL:  too many connections for role "tallystick"',
  "FATAL:  sorry, too many clients already",
  "FATAL:  remaining connection slots are reserved for non-replication superuser connections",
])("takes no node for away that has as many connections as it takes: %s", async (fatal) => {
  const nodes = await WatchedNodes.on(created.url);
  await database.orm().execute(sql`select 1`);
  await nodes.missed(6, `connection to the remote node t@node:2 failed with the following error: ${fatal}`);
  await until(() => nodes.isMissed());
  const after = performance.now();
  await until(() => database.nodes.hasAnswered(nodes.idOn(2), after));
  expect(told).toEqual([]);
});

it("asks a second time before it takes a node for away, and says once that it is, and that it is back", async () => {
  const nodes = await WatchedNodes.on(created.url);
  await database.orm().execute(sql`select 1`);
  const untilAnswered = async (after: number) =>
    until(() => database.nodes.hasAnswered(nodes.idOn(2), after));
  await nodes.missed(1);
  await until(() => nodes.isMissed());
  await untilAnswered(performance.now());
  expect(told).toEqual([]);
  await nodes.missed(4);
  await until(() => nodes.isMissed());
  await untilAnswered(performance.now());
  expect(told).toEqual(["node:2 is away", "node:2 is back"]);
});

it("keeps nobody waiting for what a node takes its time for, and harms none of it", async () => {
  const nodes = await WatchedNodes.on(created.url);
  await database.orm().execute(sql`select 1`);
  const lane = database.lane();
  const done: string[] = [];
  const work = (name: string, seconds: number) => async (orm: Orm) => {
    const [row] = await orm.execute(sql`select pg_backend_pid() as pid, pg_sleep(${seconds})`);
    done.push(name);
    return row?.["pid"];
  };
  const long = [
    lane.transaction(({ orm }) => work("long", 6)(orm)),
    ...times(allConnections.callers).map(() => work("long", 6)(database.callers())),
  ];
  const underWay = sql`select from pg_stat_activity
    where datname = current_database() and wait_event = 'PgSleep' and query like '%pg_backend_pid() as pid%'`;
  await until(async () => (await database.orm().execute(underWay)).length === long.length);
  await nodes.second(true, 0.8);
  await until(() => database.nodes.isDoubted(nodes.idOn(2)));
  expect(await database.nodes.isDoubted(nodes.idOn(1))).toBe(false);
  const short = [lane.transaction(({ orm }) => work("short", 0)(orm)), work("short", 0)(database.callers())];
  await Promise.all([...long, ...short]);
  expect(done).toEqual([...short.map(() => "short"), ...long.map(() => "long")]);
  expect(told).toEqual([]);
});

it("refuses what needs every node while one is away", async () => {
  const nodes = await WatchedNodes.on(created.url);
  await database.orm().execute(sql`select 1`);
  await database.nodes.requireAll();
  await nodes.second(false);
  await untilNoticed(true);
  await expect(database.nodes.requireAll()).rejects.toMatchObject(unavailable);
});

it.each([true, false])(
  "has who needs a node in doubt wait for what it is, whether it answers: %s",
  async (answers) => {
    const nodes = await WatchedNodes.on(created.url);
    await database.orm().execute(sql`select 1`);
    const [there, doubted] = [nodes.idOn(1), nodes.idOn(2)];
    await nodes.second(answers, answers ? 0.8 : 1);
    await until(() => database.nodes.isDoubted(doubted));
    const waiting = [database.nodes.requireFor(doubted), database.nodes.requireAll()];
    await database.nodes.requireFor(there);
    const outcome = answers ? { status: "fulfilled" } : { status: "rejected", reason: unavailable };
    expect(await Promise.allSettled(waiting)).toMatchObject(waiting.map(() => outcome));
    expect(await database.nodes.isDoubted(doubted)).toBe(false);
  },
);

it("lets nobody pass while it cannot be told where an organization is", async () => {
  const nodes = await WatchedNodes.on(created.url);
  await nodes.second(false);
  await database.orm().execute(sql`select 1`);
  await untilNoticed(true);
  await nodes.change(
    "alter table pg_dist_placement rename to elsewhere; create view pg_dist_placement as select elsewhere.* from elsewhere, pg_sleep(60)",
  );
  const error = await database.nodes.requireFor(nodes.idOn(2)).catch((reason: unknown) => reason);
  expect(isConnectionLoss(error)).toBe(true);
});

it("asks where organizations are a thousand at a time", async () => {
  const nodes = await WatchedNodes.on(created.url);
  await nodes.second(false);
  await database.orm().execute(sql`select 1`);
  await untilNoticed(true);
  const ids = Array.from({ length: 5_000 }, (_, n) => nodes.idOn(n % 2 === 0 ? 1 : 2));
  const outcomes = await Promise.allSettled(ids.map((id) => database.nodes.requireFor(id)));
  expect(outcomes.map(({ status }) => status)).toEqual(
    ids.map((_, n) => (n % 2 === 0 ? "fulfilled" : "rejected")),
  );
});

it("takes no node for away where no table is on one", async () => {
  const nodes = await WatchedNodes.on(created.url);
  await nodes.second(false);
  await database.orm().execute(sql`select 1`);
  await untilNoticed(true);
  await nodes.change("delete from pg_catalog.pg_dist_partition");
  await untilNoticed(false);
});

it.each([
  ["says once that it cannot look", "insufficient_privilege", [expect.stringContaining("unknown: ")]],
  ["says nothing of a look that may succeed later", "lock_not_available", []],
])("%s", async (_, condition, expected) => {
  const nodes = await WatchedNodes.on(created.url);
  await nodes.change(`
    create sequence looks;
    create or replace function citus_check_connection_to_node(text, port int) returns boolean language plpgsql as $$
      begin
        perform nextval('looks');
        raise ${condition};
      end $$`);
  const looks = async () => {
    const [row] = await database
      .orm()
      .execute<{ count: number }>(sql`select last_value::int as count from looks`);
    return row?.count ?? 0;
  };
  await until(async () => (await looks()) > 6);
  expect(told).toEqual(expected);
});
