import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { v7 as uuidv7 } from "uuid";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../../src/embedded/embedded-postgres.ts";
import type { Program } from "../lifecycle/program.ts";
import { ready, startServer } from "../lifecycle/server.ts";
import { copyCluster } from "../support/cluster-copy.ts";
import { type CommitProxy, startCommitProxy } from "../support/commit-proxy.ts";
import { freePort } from "../support/free-port.ts";
import { type StoppedProcesses, stopProcesses } from "../support/postgres-processes.ts";
import { withSql } from "../support/sql.ts";
import { grpcClient, type LedgerClient } from "../workload/calls.ts";

const credential = { clientId: "operator", clientSecret: "the-secret-of-the-operator" };

/** An instance of the server that comes back on the same port when it was killed. */
export interface Instance {
  readonly client: LedgerClient;
  /** Whether the process that was started last still runs. */
  readonly isRunning: boolean;
  kill(): Promise<void>;
  start(): Promise<void>;
}

/** Two instances on one database, by way of a proxy, and what can be done to them. */
export class World {
  private constructor(
    private readonly dataDir: string,
    private postgres: EmbeddedPostgres,
    readonly proxy: CommitProxy,
    readonly instances: readonly Instance[],
  ) {}

  static async create(): Promise<World> {
    const dataDir = mkdtempSync(join(tmpdir(), "tallystick-faults-"));
    const postgres = await startPostgres(dataDir);
    const proxy = await startCommitProxy(postgres.url);
    const instances = [await instanceOf(proxy.url), await instanceOf(proxy.url)];
    for (const instance of instances) await instance.start();
    return new World(dataDir, postgres, proxy, instances);
  }

  /** Past the proxy. */
  get databaseUrl(): string {
    return this.postgres.url;
  }

  /** An organization with a few customers. */
  async tenant(): Promise<{ orgId: string; customers: string[] }> {
    const [orgId, customers] = [uuidv7(), [uuidv7(), uuidv7(), uuidv7()]];
    await withSql(this.databaseUrl, async (sql) => {
      await sql`insert into organizations (id, name, display_name) values (${orgId}, ${orgId}, '')`;
      for (const id of customers) await sql`insert into customers (org_id, id) values (${orgId}, ${id})`;
    });
    return { orgId, customers };
  }

  /** Kills PostgreSQL, every process of it, and starts it again from what is on disk. */
  async killPostgres(): Promise<void> {
    const { exited } = this.postgres;
    const processes = await this.stopPostgres();
    processes.signal("SIGKILL");
    await exited;
    await this.postgres.stop();
    this.postgres = await startPostgres(this.dataDir);
    this.proxy.redirect(this.postgres.url);
  }

  /** Changes a setting of PostgreSQL, which holds of whatever it does next. */
  async configure(change: string): Promise<void> {
    await withSql(this.databaseUrl, async (sql) => {
      await sql.unsafe(`alter system ${change}`);
      await sql`select pg_reload_conf()`;
    });
  }

  /** Lets every process of PostgreSQL stand still for a while, as they do that wait for a disk. */
  async stallPostgres(ms: number): Promise<void> {
    const processes = await this.stopPostgres();
    await sleep(ms);
    processes.signal("SIGCONT");
  }

  async destroy(): Promise<void> {
    await Promise.all(this.instances.map((instance) => instance.kill()));
    await this.proxy.close();
    await this.postgres.stop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  private async stopPostgres(): Promise<StoppedProcesses> {
    const [row] = await withSql(this.databaseUrl, (sql) => sql`show data_directory`);
    return stopProcesses(row?.["data_directory"]);
  }
}

function startPostgres(dataDir: string): Promise<EmbeddedPostgres> {
  copyCluster(dataDir);
  // Durable, as it is by default: what a killed PostgreSQL had acknowledged is what is tested.
  return startEmbeddedPostgres({ dataDir, log: () => undefined, settings: { shared_buffers: "64MB" } });
}

async function instanceOf(databaseUrl: string): Promise<Instance> {
  const port = await freePort();
  let program: Program | undefined;
  let isRunning = false;
  return {
    client: grpcClient(`http://127.0.0.1:${port}`, credential),
    get isRunning() {
      return isRunning;
    },
    async kill() {
      program?.kill("SIGKILL");
      await program?.ended;
    },
    async start() {
      const started = startServer({
        DATABASE_URL: databaseUrl,
        PORT: String(port),
        TALLYSTICK_ADMIN_CLIENT_ID: credential.clientId,
        TALLYSTICK_ADMIN_CLIENT_SECRET: credential.clientSecret,
      });
      program = started;
      isRunning = true;
      started.ended.then(() => {
        if (program === started) isRunning = false;
      });
      await ready(started);
    },
  };
}
