import type { LoadJob } from "../load/client.ts";
import type { Line } from "../report.ts";
import { chargeRequest, checkLimitsRequest } from "../requests.ts";
import type { Stage } from "../stage.ts";
import { inTurn } from "../turns.ts";
import { chargedTenants } from "./tenants.ts";

type Job = Omit<LoadJob, "seconds" | "authorization">;

/** What an API gateway asks on every call: may it go through, and the charge itself. */
export async function measureGateway(stage: Stage): Promise<Line[]> {
  const [{ orgId, customerIds }] = await chargedTenants(stage);
  const job = { port: stage.server.port, customers: customerIds };
  const check = { ...job, ...checkLimitsRequest(orgId) };
  const charge = { ...job, ...chargeRequest(orgId) };
  const alone = { connections: 1, inFlight: 1 };
  const figures = await inTurn(stage.options.rounds, {
    checkAlone: async () => (await stage.load({ ...check, ...alone })).p50Ms,
    chargeAlone: async () => (await stage.load({ ...charge, ...alone })).p50Ms,
    check: () => serverMs(stage, check),
    charge: () => serverMs(stage, charge),
  });
  const target = { atMost: 0.5 };
  return [
    { what: "CheckLimits, one at a time, p50 at the client", figures: figures.checkAlone, unit: "ms" },
    { what: "charge, one at a time, p50 at the client", figures: figures.chargeAlone, unit: "ms" },
    { what: "CheckLimits, time of the server a call", figures: figures.check, unit: "ms", target },
    { what: "charge, time of the server a call", figures: figures.charge, unit: "ms", target },
  ];
}

/** The processor time that the server spends on a call under load. */
async function serverMs(stage: Stage, job: Omit<Job, "connections" | "inFlight">): Promise<number> {
  const before = stage.server.cpuMs();
  const { perSecond } = await stage.load({ ...job, connections: 4, inFlight: 64 });
  return (stage.server.cpuMs() - before) / (perSecond * stage.options.seconds);
}
