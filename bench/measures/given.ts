import { v7 as uuidv7 } from "uuid";
import type { Costs } from "../costs/costs.ts";
import type { LoadJob } from "../load/client.ts";
import { type Job, type Stretch, stretchOf } from "../load/driver.ts";
import type { Outcome } from "../load/loop.ts";
import type { Options } from "../options.ts";
import { type Line, rates, rowOf, tableOf } from "../report.ts";
import { writeResults } from "../results.ts";
import { vacuum } from "../sides/cluster.ts";
import { startTallystick, thisCheckout } from "../sides/tallystick.ts";
import { median } from "../statistics.ts";
import type { Stops } from "../stops.ts";
import { inTurn } from "../turns.ts";
import { Worker } from "../worker.ts";
import { makeTenant, type Tenant } from "../world.ts";
import { batchJob, chargeJob } from "./jobs.ts";

const customers = 500;
const inFlight = { connections: 2, inFlight: 64 };
/** Whoever else uses the database's machines is not known here. */
const unknown: Costs = {
  ...{ serverMs: Number.NaN, postgresMs: Number.NaN, clientMs: Number.NaN, residentMb: Number.NaN },
  ...{ rows: Number.NaN, walBytes: Number.NaN, pageImageBytes: Number.NaN },
};

type Client = Worker<LoadJob, Outcome>;

/** Loads this checkout on a database that is there, several organizations at once, each by a client process of its own. */
export async function measureGiven(options: Options, stops: Stops): Promise<void> {
  const { database, organizations, seconds } = options;
  const server = stops.add(await startTallystick(database, { ...options, checkout: thisCheckout }));
  const run = uuidv7();
  const loads: { readonly tenant: Tenant; readonly client: Client }[] = [];
  for (let n = 1; n <= organizations; n += 1) {
    const tenant = await makeTenant(
      { server, vacuum: async () => undefined },
      { name: `bench-${run}-${n}`, customers, credits: 1, amount: 1_000_000_000 },
    );
    loads.push({ tenant, client: stops.add(new Worker("load/client")) });
  }
  await vacuum(database);
  const { port, authorization } = server;
  const together = async (jobOf: (tenant: Tenant) => Job): Promise<Stretch> =>
    sumOf(
      await Promise.all(
        loads.map(async ({ tenant, client }) => {
          const job = jobOf(tenant);
          const outcome = await client.run({ ...job, seconds, port, authorization });
          return stretchOf(outcome, unknown, job.perCall);
        }),
      ),
    );
  const { unary, batch } = await inTurn(options.rounds, {
    unary: () => together((tenant) => ({ ...chargeJob(tenant), ...inFlight })),
    batch: () => together(batchJob),
  });
  const all = `${organizations} organizations`;
  const lines: Line[] = [
    { what: `unary charge, ${all}, 64 in flight each`, figures: rates(unary), unit: "/s" },
    { what: `transfers in batches of 500, ${all}`, figures: rates(batch), unit: "/s" },
  ];
  await server.verify();
  const rows = lines.map(rowOf);
  process.stdout.write(`\n${tableOf(rows)}\naudit: clean\n`);
  const { database: _secret, ...said } = options;
  process.stdout.write(`written to ${writeResults({ options: said, rows })}\n`);
}

/** What came together at one time. */
function sumOf(stretches: readonly Stretch[]): Stretch {
  return {
    perSecond: rates(stretches).reduce((sum, each) => sum + each, 0),
    p50Ms: median(stretches.map(({ p50Ms }) => p50Ms)),
    p99Ms: Math.max(...stretches.map(({ p99Ms }) => p99Ms)),
    costs: unknown,
  };
}
