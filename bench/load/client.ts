import { randomBytes } from "node:crypto";
import { answerJobs } from "../worker.ts";
import { LoadConnection } from "./connection.ts";
import { type Call, closedLoop, type Outcome, openLoop } from "./loop.ts";
import { messageMaker, type Template } from "./message.ts";

/** A stretch of load on one method of one server. */
export interface LoadJob {
  readonly port: number;
  /** `/package.Service/Method` */
  readonly path: string;
  readonly authorization: string;
  readonly template: Template;
  /** Ids that the template's customers are drawn from. */
  readonly customers: readonly string[];
  readonly connections: number;
  /** Over all connections together. */
  readonly inFlight: number;
  readonly seconds: number;
  /** Calls a second for an open loop; as many as come back for a closed one. */
  readonly perSecond?: number;
}

answerJobs(async (job: LoadJob): Promise<Outcome> => {
  const headers = {
    ":authority": `127.0.0.1:${job.port}`,
    ":path": job.path,
    "content-type": "application/grpc",
    te: "trailers",
    authorization: job.authorization,
  };
  const opening = Array.from({ length: job.connections }, () => LoadConnection.open(job.port, headers));
  const connections = await Promise.all(opening);
  const make = messageMaker(job.template, job.customers, `${randomBytes(6).toString("hex")}`);
  const call: Call = (done) => leastUsed(connections)?.call(make(), done);
  const { perSecond, inFlight, seconds } = job;
  try {
    return perSecond === undefined
      ? await closedLoop(call, { inFlight, seconds })
      : await openLoop(call, { perSecond, inFlightMax: inFlight, seconds });
  } finally {
    for (const connection of connections) connection.close();
  }
});

/** Connections may be of several processes, and what the slower one leaves unanswered would gather on its own. */
function leastUsed(connections: readonly LoadConnection[]): LoadConnection | undefined {
  return connections.reduce<LoadConnection | undefined>(
    (least, each) => (least === undefined || each.inFlight < least.inFlight ? each : least),
    undefined,
  );
}
