import { type Costs, costsEach, withCosts } from "../costs/costs.ts";
import type { Cluster } from "../sides/cluster.ts";
import { Worker } from "../worker.ts";
import type { LoadJob } from "./client.ts";
import type { Outcome } from "./loop.ts";

/** A server that can be put under load. */
export interface Target {
  readonly port: number;
  /** The value of an Authorization header. */
  readonly authorization: string;
  readonly pid: number;
}

/** What is called, and how much of it at one time. */
export interface Job extends Omit<LoadJob, "seconds" | "authorization" | "port"> {
  /** Transfers or reads in one call. */
  readonly perCall: number;
}

/** What one turn of a side came to; all that is counted is transfers or reads, and not calls. */
export interface Stretch {
  readonly perSecond: number;
  /** Of calls. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly costs: Costs;
}

/** Of calls that are made for their number and not for a time. */
const secondsMax = 24 * 60 * 60;

/** The client of a run, in a process of its own. */
export class Driver {
  private readonly client = new Worker<LoadJob, Outcome>("load/client");
  private readonly seconds: number;

  /** @param seconds of each stretch */
  constructor(seconds: number) {
    this.seconds = seconds;
  }

  /** Puts load on a server for one turn. `cluster` is where what it writes and spends is counted. */
  async load({ port, authorization, pid }: Target, cluster: Cluster, job: Job): Promise<Stretch> {
    const { seconds } = this;
    const measured = { serverPid: pid, clientPid: this.client.pid, cluster };
    const { result, costs } = await withCosts(measured, () =>
      this.client.run({ ...job, seconds, port, authorization }),
    );
    return stretchOf(result, costs, job.perCall);
  }

  /** Makes so many calls, however long that takes. */
  async make({ port, authorization }: Target, job: Job, callsMax: number): Promise<void> {
    const { failures } = await this.client.run({
      ...job,
      seconds: secondsMax,
      callsMax,
      port,
      authorization,
    });
    if (failures > 0) throw new Error(`${failures} calls failed`);
  }

  stop(): void {
    this.client.stop();
  }
}

/** @throws an Error where a call failed: a figure with refused calls in it is none */
export function stretchOf(outcome: Outcome, costs: Costs, perCall: number): Stretch {
  const { calls, failures, perSecond, p50Ms, p99Ms } = outcome;
  if (failures > 0) throw new Error(`${failures} calls failed`);
  return { perSecond: perSecond * perCall, p50Ms, p99Ms, costs: costsEach(costs, calls * perCall) };
}
