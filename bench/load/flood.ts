import { randomBytes } from "node:crypto";
import { answerJobs } from "../worker.ts";
import { GrpcConnection, grpcHeaders, grpcPrefix } from "./grpc.ts";
import { bytesOf, type Customers, messageMaker, type Template } from "./message.ts";

/** Calls that come at a rate, whatever becomes of those before them. */
export interface FloodJob extends Customers {
  readonly port: number;
  readonly path: string;
  readonly authorization: string;
  readonly template: Template;
  readonly connections: number;
  readonly perSecond: number;
  readonly seconds: number;
  /** What the first part of the time comes to is not counted. */
  readonly warmUpSeconds: number;
}

/** What they came to, of those that were due in the time that counts. */
export interface FloodOutcome {
  readonly offered: number;
  /** Those for which the server took no stream, on any connection. */
  readonly unsent: number;
  readonly refused: number;
  readonly succeeded: number;
  /** Of those that succeeded, from when they were due. */
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** How long each caller waits, as `grpc-timeout` has it. */
const timeout = { text: "1S", ms: 1_000 };

answerJobs(async (job: FloodJob): Promise<FloodOutcome> => {
  const prefix = grpcPrefix(bytesOf(job.template));
  const make = messageMaker({ ...job, prefix, run: randomBytes(6).toString("hex") });
  const headers = { ...grpcHeaders(job), "grpc-timeout": timeout.text };
  const connections = await Promise.all(
    Array.from({ length: job.connections }, () => GrpcConnection.open(job.port, headers)),
  );
  const bytes = prefix.length + bytesOf(job.template);
  const begunAt = performance.now();
  const countedFrom = begunAt + job.warmUpSeconds * 1_000;
  const endAt = countedFrom + job.seconds * 1_000;
  const latencies: number[] = [];
  let [offered, unsent, refused, due] = [0, 0, 0, begunAt];
  const offer = (dueAt: number) => {
    const counts = dueAt >= countedFrom;
    if (counts) offered += 1;
    // The one that has the most room is the least used.
    const connection = connections.reduce((least, each) => (each.inFlight < least.inFlight ? each : least));
    if (!connection.hasRoom(bytes)) {
      if (counts) unsent += 1;
      return;
    }
    connection.call(make(), (isOk) => {
      if (!counts) return;
      const ms = performance.now() - dueAt;
      if (isOk && ms <= timeout.ms) latencies.push(ms);
      else refused += 1;
    });
  };
  while (due < endAt) {
    for (const now = performance.now(); due <= now && due < endAt; due += 1_000 / job.perSecond) offer(due);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  while (connections.some(({ inFlight }) => inFlight > 0))
    await new Promise((resolve) => setTimeout(resolve, 5));
  for (const connection of connections) connection.close();
  latencies.sort((a, b) => a - b);
  const at = (part: number) => latencies[Math.floor((latencies.length - 1) * part)] ?? timeout.ms;
  return { offered, unsent, refused, succeeded: latencies.length, p50Ms: at(0.5), p99Ms: at(0.99) };
});
