import { type Cluster, startCluster, vacuum } from "./cluster.ts";
import { startTallystick, type Tallystick } from "./tallystick.ts";

/** The service of a checkout on a PostgreSQL of its own. */
export interface Deployment {
  readonly server: Tallystick;
  readonly cluster: Cluster;
  vacuum(): Promise<void>;
  stop(): Promise<void>;
}

/** @param checkout the folder of a built checkout */
export async function startDeployment(checkout: string, profile = ""): Promise<Deployment> {
  const cluster = await startCluster();
  const server = await startTallystick({ checkout, databaseUrl: cluster.url, profile }).catch(
    async (error: unknown) => {
      await cluster.stop();
      throw error;
    },
  );
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
