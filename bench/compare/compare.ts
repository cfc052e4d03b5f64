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
import { Stops } from "../stops.ts";
import { inTurn, type Stretches } from "../turns.ts";
import type { Tenant } from "../world.ts";
import { comparisonsOf, comparisonTable } from "./figures.ts";

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

/** Both sides of one start of a load, a stretch a round. */
type Sides = Stretches<"against" | "here">;

/**
 * Runs this checkout and another one in turns, each with a PostgreSQL of its own, and prints what one is to the other. Both are
 * started anew so many times: V8 compiles each process in its own way.
 */
export async function compare(options: Options, names: readonly string[], stops: Stops): Promise<void> {
  const driver = stops.add(new Driver(options.seconds));
  const starts: Record<string, Sides>[] = [];
  for (let start = 1; start <= options.starts; start += 1) {
    process.stderr.write(`start ${start} of ${options.starts}\n`);
    const processes = stops.add(new Stops());
    starts.push(await oneStart(options, names, driver, processes));
    await processes.stop();
  }
  const comparisons = names.flatMap((name) => {
    const load = loads[name];
    const sides = starts.flatMap(({ [name]: each }) => each ?? []);
    return load === undefined ? [] : comparisonsOf(load.what, sides, load.isRead === true);
  });
  process.stdout.write(`\n${comparisonTable(comparisons)}\naudits: clean\n`);
  process.stdout.write(`written to ${writeResults({ options, comparisons })}\n`);
}

async function oneStart(
  options: Options,
  names: readonly string[],
  driver: Driver,
  stops: Stops,
): Promise<Record<string, Sides>> {
  const start = async (checkout: string, workers: number) =>
    stops.add(await startDeployment({ checkout, workers, profile: "" }));
  const against = await start(options.against, 1);
  const here = await start(thisCheckout, options.workers);
  const side = async (deployment: Deployment, { job }: Load) => {
    const made = job(await chargedTenant(deployment));
    return () => driver.load(deployment.server, deployment.cluster, made);
  };
  const sides: Record<string, Sides> = {};
  for (const name of names) {
    const load = loads[name];
    if (load === undefined) continue;
    process.stderr.write(`comparing ${name}\n`);
    const turns = { against: await side(against, load), here: await side(here, load) };
    sides[name] = await inTurn(options.rounds, turns);
  }
  for (const { server } of [against, here]) await server.verify();
  return sides;
}
