import { type Cluster, startCluster, vacuum } from "./cluster.ts";
import { type ServerOptions, startTallystick, type Tallystick } from "./tallystick.ts";

/** The service of a checkout on a PostgreSQL of its own. */
export interface Deployment {
  readonly server: Tallystick;
  readonly cluster: Cluster;
  vacuum(): Promise<void>;
  stop(): Promise<void>;
}

export async function startDeployment(options: ServerOptions): Promise<Deployment> {
  const cluster = await startCluster();
  const server = await startTallystick(cluster.url, options).catch(async (error: unknown) => {
    await cluster.stop();
    throw error;
  });
  return {
    server,
    cluster,
    vacuum: () => vacuum(cluster.url),
    stop: async () => {
      await server.stop();
      await cluster.stop();
    },
  };
}
