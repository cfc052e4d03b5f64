import { createClient } from "@connectrpc/connect";
import { CredentialService, Role } from "../../gen/tallystick/v1/credential_pb.ts";
import { familyResidentMb } from "../costs/process.ts";
import type { LoadJob } from "../load/client.ts";
import type { FloodJob, FloodOutcome } from "../load/flood.ts";
import type { Outcome } from "../load/loop.ts";
import type { Line } from "../report.ts";
import { chargeRequest } from "../requests.ts";
import type { Stage } from "../stage.ts";
import { median, ratioOf } from "../statistics.ts";
import { Worker } from "../worker.ts";
import { makeTenant, type Tenant, transportTo } from "../world.ts";

const organizations = 4;
const customers = 500;
/** Connections of each organization, as several processes of its own have them: together as many calls as go through in a second. */
const connections = 10;
/** Of all organizations together, where as many as come back are sent. */
const inFlight = 256;
const times = 10;
const lightPerSecond = 50;
const warmUpSeconds = 2;

interface Party {
  readonly tenant: Tenant;
  readonly authorization: string;
}

/** Ten times as many charges as go through, of several organizations, beside one that asks for few; and how much of the rate is left. */
export async function measureOverload(stage: Stage): Promise<Line[]> {
  const { deployment, options } = stage;
  const { server } = deployment;
  const parties: Party[] = [];
  for (let n = 0; n <= organizations; n += 1) parties.push(await makeParty(stage, `bench-overload-${n}`));
  const [light, ...heavy] = parties;
  if (light === undefined) throw new Error("there is no organization");
  const loads = heavy.map(() => new Worker<LoadJob, Outcome>("load/client"));
  const floods = parties.map(() => new Worker<FloodJob, FloodOutcome>("load/flood"));
  const { seconds, rounds } = options;
  const rows = {
    peak: [] as number[],
    goodput: [] as number[],
    light: [] as number[],
    lightP99: [] as number[],
  };
  const offered: number[] = [];
  let residentMb = 0;
  const watching = setInterval(() => {
    residentMb = Math.max(residentMb, familyResidentMb(server.pid));
  }, 100);
  const peakOf = async () => {
    const jobs = heavy.map(async ({ tenant, authorization }, index) =>
      loads[index]?.run({
        ...{ ...chargeRequest(tenant.orgId), customers: tenant.customerIds, authorization, connections },
        ...{ port: server.port, inFlight: inFlight / organizations, seconds },
      }),
    );
    const outcomes = await Promise.all(jobs);
    return outcomes.reduce((sum, outcome) => sum + (outcome?.perSecond ?? 0), 0);
  };
  const flood = (perSecond: number) =>
    Promise.all(
      parties.map(async ({ tenant, authorization }, index) => {
        const rate = index === 0 ? lightPerSecond : perSecond / organizations;
        const outcome = await floods[index]?.run({
          ...{ ...chargeRequest(tenant.orgId), customers: tenant.customerIds, authorization, connections },
          ...{ port: server.port, perSecond: rate, seconds, warmUpSeconds },
        });
        if (outcome === undefined) throw new Error("there is no client");
        return outcome;
      }),
    );
  try {
    for (let round = 0; round <= rounds; round += 1) {
      const peak = await peakOf();
      const [few, ...many] = await flood(times * peak);
      if (few === undefined) throw new Error("there is no organization");
      const sum = (of: (outcome: FloodOutcome) => number) => many.reduce((all, each) => all + of(each), 0);
      const goodput = sum(({ succeeded }) => succeeded) / seconds;
      const said = [
        peak,
        goodput,
        sum((each) => each.unsent) / seconds,
        sum((each) => each.refused) / seconds,
      ];
      process.stderr.write(
        `  round ${round}: peak, goodput, unsent, refused ${said.map((each) => each.toFixed(0)).join(" ")} /s; light ${few.succeeded} of ${few.offered}, p99 ${few.p99Ms.toFixed(0)} ms\n`,
      );
      if (round === 0) continue;
      rows.peak.push(peak);
      rows.goodput.push(goodput);
      rows.light.push((100 * few.succeeded) / few.offered);
      rows.lightP99.push(few.p99Ms);
      offered.push(sum((each) => each.offered) / seconds);
    }
  } finally {
    clearInterval(watching);
    for (const worker of [...loads, ...floods]) worker.stop();
  }
  return [
    { what: `unary charge, ${organizations} organizations`, figures: rows.peak, unit: "/s" },
    { what: "offered, open loop", figures: offered, unit: "/s" },
    {
      ...{ what: "answered within a second there", figures: rows.goodput, unit: "/s" },
      ...{ ratio: ratioOf(rows.goodput, rows.peak), target: { atLeast: 0.8 } },
    },
    {
      ...{ what: "of one that asks for 50 a second beside them", figures: rows.light, unit: "%" },
      target: { atLeast: 95 },
    },
    { what: "p99 of that one", figures: [median(rows.lightP99)], unit: "ms" },
    {
      ...{ what: "memory of the server at its peak", figures: [residentMb], unit: "MB" },
      target: { atMost: 640 },
    },
  ];
}

/** An organization with customers, and a credential of its own. */
async function makeParty({ deployment }: Stage, name: string): Promise<Party> {
  const tenant = await makeTenant(deployment, { name, customers, credits: 1, amount: 1_000_000_000 });
  const client = createClient(CredentialService, transportTo(deployment.server));
  const made = await client.createCredential({ organization: tenant.orgId, role: Role.WRITER });
  const pair = `${made.credential?.clientId}:${made.clientSecret}`;
  return { tenant, authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
}
