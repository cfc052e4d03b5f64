import { setTimeout as sleep } from "node:timers/promises";
import { brokenRules } from "../support/ledger.ts";
import { withSql } from "../support/sql.ts";
import { Caller } from "../workload/calls.ts";
import { Journal } from "../workload/journal.ts";
import { Random, seedOf } from "../workload/random.ts";
import { World } from "./world.ts";

const isLong = process.env["TEST_FAULTS"] === "long";
/** How long each fault is played. */
const playMs = isLong ? 8_000 : 1_200;
/** A fault strikes again so often. */
const calmMs = 700;
const callersPerInstance = 6;
const callMsMax = 3_000;

const random = new Random(seedOf("faults"));
let world: World;

beforeAll(async () => {
  world = await World.create();
}, 60_000);
afterAll(() => world.destroy());

/** Strikes once, and leaves everything working again. */
type Fault = () => Promise<void>;

const faults: Record<string, Fault> = {
  "the server is killed": async () => {
    const instance = random.pick(world.instances);
    await instance?.kill();
    await instance?.start();
  },
  "PostgreSQL is killed": () => world.killPostgres(),
  "connections are cut before and after COMMIT": async () => {
    const cutsBefore = world.proxy.cuts;
    world.proxy.cutWhen(() => {
      if (random.below(4) > 0) return undefined;
      return random.below(2) === 0 ? "before COMMIT" : "after COMMIT";
    });
    while (world.proxy.cuts === cutsBefore) await sleep(calmMs);
    world.proxy.cutWhen(() => undefined);
  },
  "the disk stands still": () => world.stallPostgres(200 + random.below(600)),
};

it.each(Object.entries(faults))(
  "when %s, what was acknowledged is there, once, and what was not is found out by its key",
  async (_, strike) => {
    const { orgId, customers } = await world.tenant();
    const journal = new Journal();
    const giveUpAt = performance.now() + playMs;
    let strikes = 0;
    const striking = (async () => {
      while (strikes === 0 || performance.now() < giveUpAt) {
        await sleep(random.below(calmMs));
        await strike();
        strikes += 1;
      }
    })();
    const isOver = () => strikes > 0 && performance.now() > giveUpAt;
    const callers = world.instances.flatMap((_instance, index) => {
      const caller = new Caller(orgId, customers, random, `instance-${index}`);
      return Array.from({ length: callersPerInstance }, async () => {
        while (!isOver()) {
          const call = caller.next();
          // A caller that was left in doubt tries again, now and then with the other instance.
          for (let tries = 0; tries < 5 && (tries === 0 || journal.inDoubt.has(call.key)); tries += 1) {
            const instance = world.instances[(index + (tries > 1 ? 1 : 0)) % world.instances.length];
            if (instance === undefined) throw new Error("no instance");
            const answer = await journal.attempt(call, instance.client, callMsMax);
            if (answer !== undefined) caller.learn(answer);
            else if (journal.inDoubt.has(call.key)) await sleep(random.below(100));
          }
        }
      });
    });
    await Promise.all([striking, ...callers]);

    expect(world.instances.map(({ isRunning }) => isRunning)).toEqual([true, true]);
    for (const { client } of world.instances) await journal.resolveDoubts(client);
    expect(journal.unexpected).toEqual([]);
    expect(journal.acknowledged.size).toBeGreaterThan(20);
    const [one, other] = world.instances;
    for (const instance of [one, other]) {
      if (instance) expect(await journal.contradictions(instance.client)).toEqual([]);
    }
    await withSql(world.databaseUrl, async (sql) => {
      expect(await journal.surplus(sql, orgId)).toBe(0);
      expect(await brokenRules(sql)).toEqual([]);
    });
  },
  playMs * 3 + 45_000,
);
