import { sql } from "drizzle-orm";
import { until } from "../../../../test/support/until.ts";
import { WatchedNodes } from "../../../../test/support/watched-nodes.ts";
import { allConnections } from "../connections/shares.ts";
import { isConnectionLoss } from "../errors.ts";
import type { Orm } from "../statements/orm.ts";
import { watching } from "./watching.fixture.ts";

const untilTold = sql`, until_told()`;
const times = (count: number) => Array.from({ length: count }, (_, n) => n);
const unavailable = {
  refusal: { reason: "UNAVAILABLE", because: "a node of the database that this needs is away" },
};

watching("watches nothing where there is one server", async ({ database }) => {
  await database.orm().execute(sql`select 1`);
  expect(database.nodes).toMatchObject({ areWatched: false, areAllThere: true });
});

watching(
  "refuses the organizations of a node that is away until it is back, and no other",
  async ({ created, database, untilNoticed }) => {
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
  },
);

watching("goes on after its own connection was lost", async ({ created, database, untilNoticed }) => {
  const nodes = await WatchedNodes.on(created.url);
  await database.orm().execute(sql`select 1`);
  await until(async () => database.nodes.areWatched);
  await nodes.change(`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`);
  await nodes.second(false);
  await untilNoticed(true);
});

watching(
  "notices nodes that are silent from the beginning, though one look at all of them takes longer than the first may",
  async ({ created, database, untilNoticed }) => {
    const nodes = await WatchedNodes.on(created.url);
    await nodes.change("update how set answers = false, seconds = 1");
    await database.orm().execute(sql`select 1`);
    await untilNoticed(true);
    await expect(database.nodes.requireFor(nodes.idOn(1))).rejects.toMatchObject(unavailable);
  },
);

for (const fatal of [
  'FATAL:  too many connections for role "tallystick"',
  "FATAL:  sorry, too many clients already",
  "FATAL:  remaining connection slots are reserved for non-replication superuser connections",
])
  watching(
    `takes no node for away that has as many connections as it takes: ${fatal}`,
    async ({ created, database, told }) => {
      const nodes = await WatchedNodes.on(created.url);
      await database.orm().execute(sql`select 1`);
      await nodes.missed(
        6,
        `connection to the remote node t@node:2 failed with the following error: ${fatal}`,
      );
      await until(() => nodes.isMissed());
      const after = performance.now();
      await until(() => database.nodes.hasAnswered(nodes.idOn(2), after));
      expect(told).toEqual([]);
    },
  );

watching(
  "asks a second time before it takes a node for away, and says once that it is, and that it is back",
  async ({ created, database, told }) => {
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
  },
);

watching(
  "keeps nobody waiting for what a node takes its time for, and harms none of it",
  async ({ created, database, told }) => {
    const nodes = await WatchedNodes.on(created.url);
    await database.orm().execute(sql`select 1`);
    const lane = database.lane();
    const done: string[] = [];
    const work =
      (name: string, until = sql``) =>
      async (orm: Orm) => {
        await orm.execute(sql`select pg_backend_pid() as pid ${until}`);
        done.push(name);
      };
    const long = [
      lane.transaction(({ orm }) => work("long", untilTold)(orm)),
      ...times(allConnections.callers).map(() => work("long", untilTold)(database.callers())),
    ];
    const underWay = sql`select from pg_stat_activity
    where datname = current_database() and wait_event = 'PgSleep' and query like '%pg_backend_pid() as pid%'`;
    await until(async () => (await database.orm().execute(underWay)).length === long.length);
    await nodes.second(true, 0.8);
    await until(() => database.nodes.isDoubted(nodes.idOn(2)));
    expect(await database.nodes.isDoubted(nodes.idOn(1))).toBe(false);
    await Promise.all([lane.transaction(({ orm }) => work("short")(orm)), work("short")(database.callers())]);
    expect(done).toEqual(["short", "short"]);
    const after = performance.now();
    await until(() => database.nodes.hasAnswered(nodes.idOn(2), after));
    await nodes.tell();
    await Promise.all(long);
    expect(told).toEqual([]);
  },
);

watching("refuses what needs every node while one is away", async ({ created, database, untilNoticed }) => {
  const nodes = await WatchedNodes.on(created.url);
  await database.orm().execute(sql`select 1`);
  await database.nodes.requireAll();
  await nodes.second(false);
  await untilNoticed(true);
  await expect(database.nodes.requireAll()).rejects.toMatchObject(unavailable);
});

for (const answers of [true, false])
  watching(
    `has who needs a node in doubt wait for what it is, whether it answers: ${answers}`,
    async ({ created, database }) => {
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

watching(
  "lets nobody pass while it cannot be told where an organization is",
  async ({ created, database, untilNoticed }) => {
    const nodes = await WatchedNodes.on(created.url);
    await nodes.second(false);
    await database.orm().execute(sql`select 1`);
    await untilNoticed(true);
    await nodes.change(
      "alter table pg_dist_placement rename to elsewhere; create view pg_dist_placement as select elsewhere.* from elsewhere, pg_sleep(60)",
    );
    const error = await database.nodes.requireFor(nodes.idOn(2)).catch((reason: unknown) => reason);
    expect(isConnectionLoss(error)).toBe(true);
  },
);

watching("asks where organizations are a thousand at a time", async ({ created, database, untilNoticed }) => {
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

watching("takes no node for away where no table is on one", async ({ created, database, untilNoticed }) => {
  const nodes = await WatchedNodes.on(created.url);
  await nodes.second(false);
  await database.orm().execute(sql`select 1`);
  await untilNoticed(true);
  await nodes.change("delete from pg_catalog.pg_dist_partition");
  await untilNoticed(false);
});

for (const { what, condition, expected } of [
  {
    what: "says once that it cannot look",
    condition: "insufficient_privilege",
    expected: [expect.stringContaining("unknown: ")],
  },
  { what: "says nothing of a look that may succeed later", condition: "lock_not_available", expected: [] },
])
  watching(what, async ({ created, database, told }) => {
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
