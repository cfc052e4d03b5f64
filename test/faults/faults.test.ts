import { setTimeout as sleep } from "node:timers/promises";
import { emptyDisk, fillDisk } from "../support/full-disk.ts";
import { brokenRules } from "../support/ledger.ts";
import { withSql } from "../support/sql.ts";
import { until } from "../support/until.ts";
import { Random, seedOf } from "../workload/random.ts";
import { Load } from "./load.ts";
import { World } from "./world.ts";

/** How often each fault strikes. */
const strikesOfEach = process.env["TEST_FAULTS"] === "long" ? 10 : 1;
/** Answers that each instance gives between two strikes, and then works on for a moment that may be any. */
const answersBetween = 10;
const calmMsMax = 150;
/** Only what hangs takes so long, however busy the machine. */
const startMsMax = 120_000;
const strikeMsMax = 60_000;

const random = new Random(seedOf("faults"));
let world: World;

beforeAll(async () => {
  world = await World.create();
}, startMsMax);
afterAll(() => world.destroy());

/** Strikes once, under load, and leaves everything working again. */
type Fault = (load: Load) => Promise<void>;

/** Has the database refuse changes until callers of both instances were told so. */
async function refuseChanges({ journal }: Load, refuse: () => Promise<void>, cease: () => Promise<void>) {
  const enough = journal.unavailable + 12;
  await refuse();
  try {
    await until(async () => journal.unavailable >= enough, 30_000);
  } finally {
    await cease();
  }
}

const faults: Record<string, Fault> = {
  "the server is killed": async () => {
    const instance = random.pick(world.instances);
    await instance?.kill();
    await instance?.start();
  },
  "PostgreSQL is killed": () => world.killPostgres(),
  "connections are cut before and after COMMIT": async () => {
    const enough = world.proxy.cuts + 1 + random.below(6);
    world.proxy.cutWhen(() => {
      if (random.below(4) > 0) return undefined;
      return random.below(2) === 0 ? "before COMMIT" : "after COMMIT";
    });
    await until(async () => world.proxy.cuts >= enough);
    world.proxy.cutWhen(() => undefined);
  },
  "PostgreSQL takes no changes": (load) =>
    refuseChanges(
      load,
      () => world.configure("set default_transaction_read_only = on"),
      () => world.configure("reset default_transaction_read_only"),
    ),
  "the disk is full": (load) =>
    refuseChanges(
      load,
      () => fillDisk(world.databaseUrl),
      () => emptyDisk(world.databaseUrl),
    ),
  "the disk stands still": () => world.stallPostgres(200 + random.below(600)),
};

it.each(Object.entries(faults))(
  "when %s, what was acknowledged is there, once, and what was not is found out by its key",
  async (_, strike) => {
    const { orgId, customers } = await world.tenant();
    const load = new Load({ orgId, customers }, world.instances, random);
    try {
      for (let strikes = 0; strikes < strikesOfEach; strikes += 1) {
        await load.untilAnswered(answersBetween);
        await sleep(random.below(calmMsMax));
        await strike(load);
      }
      await load.untilAnswered(answersBetween);
    } finally {
      await load.stop();
    }

    expect(world.instances.map(({ isRunning }) => isRunning)).toEqual([true, true]);
    const { journal } = load;
    for (const { client } of world.instances) await journal.resolveDoubts(client);
    expect(journal.unexpected).toEqual([]);
    expect(journal.acknowledged.size).toBeGreaterThan(answersBetween);
    for (const { client } of world.instances) expect(await journal.contradictions(client)).toEqual([]);
    expect(await withSql(world.databaseUrl, (sql) => journal.surplus(sql, orgId))).toBe(0);
    expect(await brokenRules(world.databaseUrl)).toEqual([]);
  },
  (strikesOfEach + 1) * strikeMsMax,
);
