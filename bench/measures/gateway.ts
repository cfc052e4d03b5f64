import { type Line, p50Line } from "../report.ts";
import { checkLimitsRequest } from "../requests.ts";
import type { Stage } from "../stage.ts";
import { inTurn } from "../turns.ts";
import { chargeJob, oneCaller } from "./jobs.ts";
import { chargedTenant } from "./tenants.ts";

/** What an API gateway asks on every call: may it go through, and the charge itself. */
export async function measureGateway(stage: Stage): Promise<Line[]> {
  const tenant = await chargedTenant(stage.deployment);
  const busy = { connections: 4, inFlight: 64 };
  const charge = chargeJob(tenant);
  const check = { ...charge, ...checkLimitsRequest(tenant.orgId) };
  const turns = await inTurn(stage.options.rounds, {
    checkAlone: () => stage.load({ ...check, ...oneCaller }),
    chargeAlone: () => stage.load({ ...charge, ...oneCaller }),
    check: () => stage.load({ ...check, ...busy }),
    charge: () => stage.load({ ...charge, ...busy }),
  });
  const serverMs = (what: string, side: "check" | "charge"): Line => ({
    ...{ what, figures: turns[side].map(({ costs }) => costs.serverMs), unit: "ms" },
    target: { atMost: 0.5 },
  });
  return [
    p50Line("CheckLimits, one at a time, p50 at the client", turns.checkAlone),
    p50Line("charge, one at a time, p50 at the client", turns.chargeAlone),
    serverMs("CheckLimits, time of the server a call", "check"),
    serverMs("charge, time of the server a call", "charge"),
  ];
}
