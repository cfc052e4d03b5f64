import type { Cluster } from "../sides/cluster.ts";
import { familyProcessorMs, familyResidentMb, processorMs } from "./process.ts";
import { type Writes, walPosition, writesSince } from "./writes.ts";

/** What a stretch of load took from the machine. A figure that there is none of is NaN. */
export interface Costs extends Writes {
  readonly serverMs: number;
  readonly postgresMs: number;
  readonly clientMs: number;
  /** Of the server with its workers, at its peak. */
  readonly residentMb: number;
}

/** Whose costs are measured. */
export interface Measured {
  /** None for what does its work in the client. */
  readonly serverPid: number | undefined;
  readonly clientPid: number;
  readonly cluster: Cluster;
}

const samplingMs = 100;

/** Does the work, and answers what it cost together with its result. */
export async function withCosts<T>(
  measured: Measured,
  work: () => Promise<T>,
): Promise<{ result: T; costs: Costs }> {
  const { cluster, serverPid } = measured;
  const position = await walPosition(cluster.sql);
  const before = processorTimes(measured);
  const resident: number[] = [];
  const sampling = setInterval(() => {
    if (serverPid !== undefined) resident.push(familyResidentMb(serverPid));
  }, samplingMs);
  const result = await work().finally(() => clearInterval(sampling));
  const after = processorTimes(measured);
  return {
    result,
    costs: {
      serverMs: after.serverMs - before.serverMs,
      postgresMs: after.postgresMs - before.postgresMs,
      clientMs: after.clientMs - before.clientMs,
      residentMb: resident.length === 0 ? Number.NaN : Math.max(...resident),
      ...(await writesSince(cluster.sql, position)),
    },
  };
}

/** The same costs for each of so many transfers. */
export function costsEach(costs: Costs, transfers: number): Costs {
  return {
    serverMs: costs.serverMs / transfers,
    postgresMs: costs.postgresMs / transfers,
    clientMs: costs.clientMs / transfers,
    rows: costs.rows / transfers,
    walBytes: costs.walBytes / transfers,
    pageImageBytes: costs.pageImageBytes / transfers,
    residentMb: costs.residentMb,
  };
}

function processorTimes({ serverPid, clientPid, cluster }: Measured) {
  return {
    serverMs: serverPid === undefined ? Number.NaN : familyProcessorMs(serverPid),
    postgresMs: familyProcessorMs(cluster.postmasterPid),
    clientMs: processorMs(clientPid),
  };
}
