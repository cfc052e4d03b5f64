import { randomBytes } from "node:crypto";
import { answerJobs } from "../worker.ts";
import type { Caller } from "./caller.ts";
import { grpcPrefix, openGrpc } from "./grpc.ts";
import { type Call, closedLoop, type Outcome, openLoop } from "./loop.ts";
import { bytesOf, type Customers, messageMaker, type Template } from "./message.ts";
import { openRest, restHead } from "./rest.ts";

/** A stretch of load on one method of one server. */
export interface LoadJob extends Customers {
  readonly port: number;
  readonly protocol: "gRPC" | "REST";
  /** `/package.Service/Method` for gRPC, that of a POST for REST. */
  readonly path: string;
  readonly authorization: string;
  readonly template: Template;
  /** Of gRPC; over REST there is one for each call in flight. */
  readonly connections: number;
  /** Over all connections together. */
  readonly inFlight: number;
  readonly seconds: number;
  /** Of a closed loop: so many at most. */
  readonly callsMax?: number;
  /** Calls a second for an open loop; as many as come back for a closed one. */
  readonly perSecond?: number;
}

answerJobs(async (job: LoadJob): Promise<Outcome> => {
  const { prefix, caller } = await open(job);
  const make = messageMaker({ ...job, prefix, run: randomBytes(6).toString("hex") });
  const call: Call = (done) => caller.call(make(), done);
  const { perSecond, inFlight, seconds, callsMax } = job;
  try {
    return perSecond === undefined
      ? await closedLoop(call, { inFlight, seconds, ...(callsMax === undefined ? {} : { callsMax }) })
      : await openLoop(call, { perSecond, inFlightMax: inFlight, seconds });
  } finally {
    caller.close();
  }
});

async function open(job: LoadJob): Promise<{ prefix: Buffer; caller: Caller }> {
  const { port, inFlight } = job;
  const bodyBytes = bytesOf(job.template);
  return job.protocol === "gRPC"
    ? { prefix: grpcPrefix(bodyBytes), caller: await openGrpc(job) }
    : { prefix: restHead({ ...job, bodyBytes }), caller: await openRest(port, inFlight) };
}
