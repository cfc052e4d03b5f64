import { type Line, rateLine } from "../report.ts";
import { customerBalanceRequest, type Request, statementRequest } from "../requests.ts";
import { databaseBytes } from "../sides/cluster.ts";
import type { Side, Stage } from "../stage.ts";
import { median } from "../statistics.ts";
import { inTurn, type Stretches } from "../turns.ts";
import { firstAccount, type Tenant } from "../world.ts";
import { fill, operationsPerAccount } from "./filled.ts";
import { batchJob, chargeJob, orderedJob } from "./jobs.ts";

/** Accounts of the smaller service, and those of the larger that the same load works on. */
const loaded = 5_000;
const few = { connections: 4, inFlight: 32 };

/** The same loads on a service with few and on one with many rows in its tables: what one transfer or read costs. */
export async function measureGrowth(stage: Stage): Promise<Line[]> {
  const accounts = Math.max(loaded, Math.round(stage.options.growth / operationsPerAccount));
  const [small, large] = [await filled(stage, loaded), await filled(stage, accounts)];
  const lines: Line[] = [];
  for (const [what, job] of Object.entries(loads)) {
    const sides = { small: () => small.side.load(job(small)), large: () => large.side.load(job(large)) };
    lines.push(...linesOf(what, await inTurn(stage.options.rounds, sides)));
  }
  const all = { ...chargeJob(large.tenant), customers: large.tenant.customerIds };
  const { wide } = await inTurn(stage.options.rounds, { wide: () => large.side.load(all) });
  lines.push(rateLine(`unary charge, all ${accounts.toLocaleString("en-US")} accounts`, wide));
  for (const { name, side, bytes, operations } of [small, large]) {
    lines.push({
      what: `size of the database an operation, ${name}`,
      figures: [bytes / operations],
      unit: "bytes",
    });
    const startedAt = performance.now();
    await side.deployment.server.verify();
    lines.push({ what: `verify, ${name}`, figures: [(performance.now() - startedAt) / 1_000], unit: "s" });
  }
  return lines;
}

interface Filled {
  readonly name: string;
  readonly side: Side;
  readonly tenant: Tenant;
  /** Of the first customer. */
  readonly account: string;
  readonly filledAt: Date;
  readonly operations: number;
  /** What they came to on disk. */
  readonly bytes: number;
}

async function filled(stage: Stage, accounts: number): Promise<Filled> {
  const side = await stage.another();
  const { cluster, server } = side.deployment;
  const before = await databaseBytes(cluster);
  const tenant = await fill(side, accounts);
  const operations = accounts * operationsPerAccount;
  return {
    name: `${operations.toLocaleString("en-US")} operations`,
    side,
    tenant,
    account: await firstAccount(server, tenant),
    filledAt: new Date(),
    operations,
    bytes: (await databaseBytes(cluster)) - before,
  };
}

const loads = {
  "unary charge": ({ tenant }: Filled) => chargeJob(someOf(tenant)),
  "unary charge, keys of UUID version 7": ({ tenant }: Filled) => orderedJob(someOf(tenant)),
  "charges in batches of 500": ({ tenant }: Filled) => batchJob(someOf(tenant)),
  balance: ({ tenant }: Filled) => readJob(tenant, customerBalanceRequest(tenant.orgId)),
  "balance as of a moment": ({ tenant, filledAt }: Filled) =>
    readJob(tenant, customerBalanceRequest(tenant.orgId, filledAt)),
  "first page of a statement": ({ tenant, account }: Filled) =>
    readJob(tenant, statementRequest(tenant.orgId, account)),
};

function someOf({ orgId, customerIds }: Tenant): Tenant {
  return { orgId, customerIds: customerIds.slice(0, loaded) };
}

function readJob(tenant: Tenant, request: Request) {
  return { ...request, ...few, customers: someOf(tenant).customerIds };
}

/** What both cost in the server and in PostgreSQL together, since machines are noisy and times of processors less so. */
function linesOf(what: string, { small, large }: Stretches<"small" | "large">): Line[] {
  const cost = (stretches: typeof small) =>
    median(stretches.map(({ costs }) => costs.serverMs + costs.postgresMs));
  return [
    rateLine(`${what}, few rows`, small),
    {
      ...rateLine(`${what}, many rows; ratio of processor time`, large),
      ...{ ratio: cost(large) / cost(small), target: { atMost: 1.25 } },
    },
  ];
}
