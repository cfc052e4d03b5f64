import { Driver, type Job, type Stretch, type Target } from "./load/driver.ts";
import type { Options } from "./options.ts";
import { type Baseline, startBaseline } from "./sides/baseline/baseline.ts";
import { type Deployment, startDeployment } from "./sides/deployment.ts";
import type { EchoPath } from "./sides/echo.ts";
import { startTallystick, thisCheckout } from "./sides/tallystick.ts";
import type { Stops } from "./stops.ts";
import { Worker } from "./worker.ts";

/** A service under load, beside the one of the stage. */
export interface Side {
  readonly deployment: Deployment;
  load(job: Job): Promise<Stretch>;
  /** Makes so many calls, which nobody measures. */
  make(job: Job, calls: number): Promise<void>;
}

/** The processes of a run. Each is there from the beginning to the end and idle out of its turn. */
export interface Stage {
  readonly options: Options;
  readonly deployment: Deployment;
  readonly baseline: Baseline;
  /** Puts load on the service for one turn, or on another server. */
  load(job: Job, target?: Target): Promise<Stretch>;
  /** Another service of this checkout, with a PostgreSQL of its own. */
  another(): Promise<Side>;
  /** Another server of this checkout on the same database, with settings of its own. */
  beside(settings: Readonly<Record<string, string>>): Promise<Target>;
  /** A server that does nothing but answer. */
  echo(path: EchoPath): Promise<Target>;
}

export async function startStage(options: Options, stops: Stops): Promise<Stage> {
  const deployment = stops.add(await startDeployment({ ...options, checkout: thisCheckout }));
  const { cluster, server } = deployment;
  const baseline = stops.add(await startBaseline(cluster, options.seconds));
  const driver = stops.add(new Driver(options.seconds));
  const echoes = new Map<EchoPath, Promise<Target>>();
  const startEcho = async (path: EchoPath) => {
    const worker = stops.add(new Worker<EchoPath, number>("sides/echo"));
    return { port: await worker.run(path), authorization: server.authorization, pid: worker.pid };
  };
  return {
    options,
    deployment,
    baseline,
    load: (job, target = server) => driver.load(target, cluster, job),
    another: async () => {
      const other = stops.add(await startDeployment({ ...options, checkout: thisCheckout, profile: "" }));
      return {
        deployment: other,
        load: (job) => driver.load(other.server, other.cluster, job),
        make: (job, calls) => driver.make(other.server, job, calls),
      };
    },
    beside: async (settings) => {
      const { url } = cluster;
      const own = { ...options, checkout: thisCheckout, profile: "", settings };
      return stops.add(await startTallystick(url, own));
    },
    echo: (path) => {
      const target = echoes.get(path) ?? startEcho(path);
      echoes.set(path, target);
      return target;
    },
  };
}
