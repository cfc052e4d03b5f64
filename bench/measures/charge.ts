import type { LoadJob } from "../load/client.ts";
import type { Line } from "../report.ts";
import { batchRequest, chargeRequest } from "../requests.ts";
import type { Stage } from "../stage.ts";
import { inTurn, median, ratioOf } from "../turns.ts";
import { chargedTenants, customers, type Tenant } from "./tenants.ts";

const baselineConnections = 20;
const chargesPerBatch = 500;
const batchesInFlight = 4;
const unaryLoad = { connections: 4, inFlight: 256 };

/** Unary charges and batches of them, on many accounts and on one pair, beside a transaction a change. */
export async function measureCharges(stage: Stage): Promise<Line[]> {
  const [charged, plain] = await chargedTenants(stage);
  const orgId = plain.orgId;
  const many = chargeJob(stage, charged, customers);
  const hot = chargeJob(stage, charged, 1);
  const batch: Omit<LoadJob, "seconds" | "authorization"> = {
    ...many,
    ...batchRequest(charged.orgId, chargesPerBatch),
    ...{ connections: batchesInFlight, inFlight: batchesInFlight },
  };
  const rssMb: number[] = [];
  const sampling = setInterval(() => rssMb.push(stage.server.rssMb()), 100);
  const spread = { orgId, accountIds: plain.accountIds, connections: baselineConnections };
  const pair = { ...spread, accountIds: plain.accountIds.slice(0, 2) };
  const figures = await inTurn(stage.options.rounds, {
    plain: async () => (await stage.baseline(spread)).perSecond,
    many: async () => (await stage.load(many)).perSecond,
    plainPair: async () => (await stage.baseline(pair)).perSecond,
    hot: async () => (await stage.load(hot)).perSecond,
    batch: async () => (await stage.load(batch)).perSecond * chargesPerBatch,
  });
  clearInterval(sampling);
  const ratio = (side: keyof typeof figures, other: keyof typeof figures) =>
    ratioOf(figures[side], figures[other]);
  return [
    line("baseline: a transaction a change, 5,000 accounts", figures.plain),
    {
      ...line("unary charge, 5,000 accounts", figures.many),
      ratio: ratio("many", "plain"),
      target: { atLeast: 3.5 },
    },
    line("baseline, one pair of accounts", figures.plainPair),
    {
      ...line("unary charge, one pair of accounts", figures.hot),
      ...{ ratio: ratio("hot", "plainPair"), target: { atLeast: 12 } },
    },
    {
      ...line("the same, beside 5,000 accounts", figures.hot),
      ...{ ratio: ratio("hot", "many"), target: { atLeast: 1 } },
    },
    {
      ...line("transfers in batches of 500", figures.batch),
      ...{ ratio: ratio("batch", "plain"), target: { atLeast: 10 } },
    },
    {
      what: "memory of the server at its peak",
      figures: [Math.max(...rssMb)],
      unit: "MB",
      target: { atMost: 300 },
    },
  ];
}

/** One caller, one call at a time, beside one connection with one transaction at a time. */
export async function measureSingle(stage: Stage): Promise<Line[]> {
  const [charged, plain] = await chargedTenants(stage);
  const job = { ...chargeJob(stage, charged, customers), connections: 1, inFlight: 1 };
  const figures = await inTurn(stage.options.rounds, {
    plain: async () =>
      (await stage.baseline({ orgId: plain.orgId, accountIds: plain.accountIds, connections: 1 })).p50Ms,
    unary: async () => (await stage.load(job)).p50Ms,
  });
  return [
    { what: "p50 of the bare transaction, one at a time", figures: figures.plain, unit: "ms" },
    {
      ...{ what: "p50 of the unary charge, one at a time", figures: figures.unary, unit: "ms" },
      ...{ ratio: ratioOf(figures.unary, figures.plain), target: { atMost: 2.5 } },
    },
  ];
}

/** Latencies at half of the peak rate, calls coming when they come. */
export async function measureTail(stage: Stage): Promise<Line[]> {
  const [charged] = await chargedTenants(stage);
  const job = chargeJob(stage, charged, customers);
  const peak = await inTurn(stage.options.rounds, { peak: async () => (await stage.load(job)).perSecond });
  const perSecond = median(peak.peak) / 2;
  const p50: number[] = [];
  const p99: number[] = [];
  for (let round = 0; round < stage.options.rounds; round += 1) {
    const outcome = await stage.load({ ...job, perSecond });
    p50.push(outcome.p50Ms);
    p99.push(outcome.p99Ms);
  }
  return [
    { what: "half of the peak rate, open loop", figures: [perSecond], unit: "/s" },
    { what: "p50 there", figures: p50, unit: "ms" },
    { what: "p99 there", figures: p99, unit: "ms", ratio: ratioOf(p99, p50), target: { atMost: 10 } },
  ];
}

/** Minutes of charges at full rate, and the server's memory over them. */
export async function measureSoak(stage: Stage): Promise<Line[]> {
  const [charged] = await chargedTenants(stage);
  const job = chargeJob(stage, charged, customers);
  const endAt = performance.now() + stage.options.soak * 60_000;
  const rssMb: number[] = [];
  while (performance.now() < endAt) {
    await stage.load(job);
    rssMb.push(stage.server.rssMb());
  }
  const half = Math.floor(rssMb.length / 2);
  const [early, late] = [rssMb.slice(0, half), rssMb.slice(half)];
  return [
    { what: "memory in the first half of the soak", figures: early, unit: "MB" },
    {
      ...{ what: "memory in the second half of the soak", figures: late, unit: "MB" },
      ...{ ratio: median(late) / median(early), target: { atMost: 1.1 } },
    },
  ];
}

function chargeJob({ server }: Stage, { orgId, customerIds }: Tenant, accounts: number) {
  const request = chargeRequest(orgId);
  return { ...request, ...unaryLoad, port: server.port, customers: customerIds.slice(0, accounts) };
}

function line(what: string, figures: readonly number[]): Line {
  return { what, figures, unit: "/s" };
}
