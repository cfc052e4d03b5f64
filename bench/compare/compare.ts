import { Driver, type Job } from "../load/driver.ts";
import {
  balanceJob,
  batchJob,
  chargeJob,
  fewJob,
  pairJob,
  pairsJob,
  restJob,
  singleJob,
} from "../measures/jobs.ts";
import { chargedTenant } from "../measures/tenants.ts";
import type { Options } from "../options.ts";
import { writeResults } from "../results.ts";
import { type Deployment, startDeployment } from "../sides/deployment.ts";
import { thisCheckout } from "../sides/tallystick.ts";
import type { Stops } from "../stops.ts";
import { inTurn } from "../turns.ts";
import type { Tenant } from "../world.ts";
import { type Comparison, comparisonsOf, comparisonTable } from "./figures.ts";

interface Load {
  readonly what: string;
  readonly job: (tenant: Tenant) => Job;
  readonly isRead?: true;
}

export const loads: Readonly<Record<string, Load>> = {
  charge: { what: "unary charge, 5,000 accounts", job: chargeJob },
  few: { what: "unary charge, 32 in flight", job: fewJob },
  rest: { what: "unary charge over REST", job: restJob },
  pairs: { what: "unary transfer, 5,000 accounts among themselves", job: pairsJob },
  pair: { what: "unary charge, one pair of accounts", job: pairJob },
  batch: { what: "charges in batches of 500", job: batchJob },
  single: { what: "unary charge, one caller", job: singleJob },
  balance: { what: "balance read", job: balanceJob, isRead: true },
};

/** Runs this checkout and another one in turns, each with a PostgreSQL of its own, and prints what one is to the other. */
export async function compare(options: Options, names: readonly string[], stops: Stops): Promise<void> {
  const start = async (checkout: string, workers: number) =>
    stops.add(await startDeployment({ checkout, workers, profile: "" }));
  const against = await start(options.against, 1);
  const here = await start(thisCheckout, options.workers);
  const driver = stops.add(new Driver(options.seconds));
  const side = async (deployment: Deployment, { job }: Load) => {
    const made = job(await chargedTenant(deployment));
    return () => driver.load(deployment.server, deployment.cluster, made);
  };
  const comparisons: Comparison[] = [];
  for (const name of names) {
    const load = loads[name];
    if (load === undefined) continue;
    process.stderr.write(`comparing ${name}\n`);
    const sides = { against: await side(against, load), here: await side(here, load) };
    comparisons.push(...comparisonsOf(load.what, await inTurn(options.rounds, sides), load.isRead === true));
  }
  for (const { server } of [against, here]) await server.verify();
  process.stdout.write(`\n${comparisonTable(comparisons)}\naudits: clean\n`);
  process.stdout.write(`written to ${writeResults({ options, comparisons })}\n`);
}
