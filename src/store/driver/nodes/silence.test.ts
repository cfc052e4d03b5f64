import { sql } from "drizzle-orm";
import { until } from "../../../../test/support/until.ts";
import { WatchedNodes } from "../../../../test/support/watched-nodes.ts";
import { allConnections } from "../connections/shares.ts";
import { isConnectionLoss } from "../errors.ts";
import type { Orm } from "../statements/orm.ts";
import { retrying } from "../transactions/retry.ts";
import { watching } from "./watching.fixture.ts";

const times = (count: number) => Array.from({ length: count }, (_, n) => n);

watching("gives up what a silent node does not answer, and goes on", async ({ created, database }) => {
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
  // As every caller does: on a busy machine this may take so long that it is given up, too.
  await retrying(() => lane.transaction(({ orm }) => orm.execute(sql`select 1`)));
  await retrying(async () => database.orm().execute(sql`select 1`));
});

watching(
  "keeps what another node takes long for, while one is silent, but for a connection that others wait for",
  async ({ created, database }) => {
    const nodes = await WatchedNodes.on(created.url);
    await nodes.second(false, 1);
    await expect(database.orm().execute(sql`select pg_sleep(60)`)).rejects.toThrow();
    // Drizzle asks when it is waited for.
    const whole = async (orm: Orm) => orm.execute(sql`select 'whole' as answer from until_told()`);
    const long = [database.transaction(whole), whole(database.orm())];
    // One more than has a connection to itself.
    const crowd = Array.from({ length: allConnections.callers + 1 }, () => whole(database.callers()));
    await expect(Promise.all(crowd)).rejects.toThrow();
    await nodes.tell();
    await Promise.allSettled(crowd);
    expect(await Promise.all(long)).toEqual(long.map(() => [{ answer: "whole" }]));
  },
);

watching(
  "cuts no work for a node that is down, however long it takes to ask the others",
  async ({ created, database, untilNoticed }) => {
    const nodes = await WatchedNodes.on(created.url);
    await nodes.change("update how set seconds = 1 where port = 1");
    const long = database.transaction((orm) => orm.execute(sql`select 'whole' as answer from pg_sleep(6)`));
    await nodes.second(false);
    await untilNoticed(true);
    expect(await long).toEqual([{ answer: "whole" }]);
  },
);

watching(
  "lets nobody have a connection from before a node fell silent, whether it was idle or at work",
  async ({ created, database, untilNoticed }) => {
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
    const after = await Promise.all(
      times(allConnections.wide).flatMap(() => orms.map((orm) => backend(orm))),
    );
    expect(after.filter((pid) => idle.includes(pid) || busy.has(pid))).toEqual([]);
  },
);

watching(
  "keeps idle connections where a node is down: none to it is left that could be waited for",
  async ({ created, database, untilNoticed }) => {
    const nodes = await WatchedNodes.on(created.url);
    const backend = async () => (await database.orm().execute(sql`select pg_backend_pid() as pid`))[0];
    const before = await backend();
    await nodes.second(false);
    await untilNoticed(true);
    expect(await backend()).toEqual(before);
  },
);

watching(
  "gives up a transaction from before a node fell silent that asks it later",
  async ({ created, database, untilNoticed }) => {
    const nodes = await WatchedNodes.on(created.url);
    const asking = database.transaction(async (orm) => {
      await orm.execute(sql`select 1`);
      await nodes.second(false, 1);
      await untilNoticed(true);
      await orm.execute(sql`select pg_sleep(60)`);
    });
    const error = await asking.catch((reason: unknown) => reason);
    expect(isConnectionLoss(error)).toBe(true);
  },
);

watching(
  "gives up what a node does not answer that was down before it fell silent",
  async ({ created, database, untilNoticed }) => {
    const nodes = await WatchedNodes.on(created.url);
    await database.orm().execute(sql`select 1`);
    await nodes.second(false);
    await untilNoticed(true);
    const asking = database.transaction((orm) => orm.execute(sql`select pg_sleep(60)`));
    const outcome = asking.catch((reason: unknown) => reason);
    await nodes.second(false, 1);
    expect(isConnectionLoss(await outcome)).toBe(true);
  },
);
