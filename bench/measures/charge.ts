import { type Line, p50Line, p50s, rateLine, rates } from "../report.ts";
import type { Stage } from "../stage.ts";
import { median, ratioOf } from "../statistics.ts";
import { inTurn } from "../turns.ts";
import { batchJob, chargeJob, fewJob, pairJob, pairsJob, restJob, singleJob } from "./jobs.ts";
import { baselineBooks, chargedTenant } from "./tenants.ts";

const baselineConnections = 20;

/** Unary charges and batches of them, on many accounts and on one pair, beside a transaction a change. */
export async function measureCharges(stage: Stage): Promise<Line[]> {
  const tenant = await chargedTenant(stage.deployment);
  const spread = { ...(await baselineBooks(stage)), connections: baselineConnections };
  const pair = { ...spread, accountIds: spread.accountIds.slice(0, 2) };
  const turns = await inTurn(stage.options.rounds, {
    plain: () => stage.baseline.load(spread),
    many: () => stage.load(chargeJob(tenant)),
    plainPair: () => stage.baseline.load(pair),
    few: () => stage.load(fewJob(tenant)),
    rest: () => stage.load(restJob(tenant)),
    hot: () => stage.load(pairJob(tenant)),
    pairs: () => stage.load(pairsJob(tenant)),
    batch: () => stage.load(batchJob(tenant)),
  });
  const ratio = (side: keyof typeof turns, other: keyof typeof turns) =>
    ratioOf(rates(turns[side]), rates(turns[other]));
  const residentMb = [...turns.many, ...turns.hot, ...turns.batch].map(({ costs }) => costs.residentMb);
  return [
    rateLine("baseline: a transaction a change, 5,000 accounts", turns.plain),
    {
      ...rateLine("unary charge, 5,000 accounts", turns.many),
      ...{ ratio: ratio("many", "plain"), target: { atLeast: 5 } },
    },
    rateLine("unary charge, 32 in flight", turns.few),
    rateLine("unary charge over REST", turns.rest),
    rateLine("unary transfer, 5,000 accounts among themselves", turns.pairs),
    rateLine("baseline, one pair of accounts", turns.plainPair),
    {
      ...rateLine("unary charge, one pair of accounts", turns.hot),
      ...{ ratio: ratio("hot", "plainPair"), target: { atLeast: 15 } },
    },
    {
      ...rateLine("the same, beside 5,000 accounts", turns.hot),
      ...{ ratio: ratio("hot", "many"), target: { atLeast: 1 } },
    },
    {
      ...rateLine("transfers in batches of 500", turns.batch),
      ...{ ratio: ratio("batch", "plain"), target: { atLeast: 15 } },
    },
    {
      ...{ what: "memory of the server at its peak", figures: [Math.max(...residentMb)], unit: "MB" },
      target: { atMost: 320 },
    },
  ];
}

/** One caller, one call at a time, beside one connection with one transaction at a time. */
export async function measureSingle(stage: Stage): Promise<Line[]> {
  const tenant = await chargedTenant(stage.deployment);
  const books = await baselineBooks(stage);
  const { plain, unary } = await inTurn(stage.options.rounds, {
    plain: () => stage.baseline.load({ ...books, connections: 1 }),
    unary: () => stage.load(singleJob(tenant)),
  });
  return [
    p50Line("p50 of the bare transaction, one at a time", plain),
    {
      ...p50Line("p50 of the unary charge, one at a time", unary),
      ...{ ratio: ratioOf(p50s(unary), p50s(plain)), target: { atMost: 1.3 } },
    },
  ];
}

/** Latencies at half of the peak rate, calls coming when they come. */
export async function measureTail(stage: Stage): Promise<Line[]> {
  const { rounds } = stage.options;
  const job = chargeJob(await chargedTenant(stage.deployment));
  const { peak } = await inTurn(rounds, { peak: () => stage.load(job) });
  const perSecond = median(rates(peak)) / 2;
  const { open } = await inTurn(rounds, { open: () => stage.load({ ...job, perSecond }) });
  const p99s = open.map(({ p99Ms }) => p99Ms);
  return [
    { ...rateLine("half of the peak rate, open loop", open), figures: [perSecond] },
    { what: "p50 there", figures: p50s(open), unit: "ms" },
    {
      ...{ what: "p99 there", figures: p99s, unit: "ms" },
      ...{ ratio: ratioOf(p99s, p50s(open)), target: { atMost: 4 } },
    },
  ];
}

/** Minutes of charges at full rate, and the server's memory over them. */
export async function measureSoak(stage: Stage): Promise<Line[]> {
  const job = chargeJob(await chargedTenant(stage.deployment));
  const endAt = performance.now() + stage.options.soak * 60_000;
  const residentMb: number[] = [];
  while (performance.now() < endAt) residentMb.push((await stage.load(job)).costs.residentMb);
  const half = Math.floor(residentMb.length / 2);
  const [early, late] = [residentMb.slice(0, half), residentMb.slice(half)];
  return [
    { what: "memory in the first half of the soak", figures: early, unit: "MB" },
    {
      ...{ what: "memory in the second half of the soak", figures: late, unit: "MB" },
      ...{ ratio: median(late) / median(early), target: { atMost: 1.1 } },
    },
  ];
}
