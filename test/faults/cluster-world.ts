import { v7 as uuidv7 } from "uuid";
import type { Program } from "../lifecycle/program.ts";
import { ready, startServer } from "../lifecycle/server.ts";
import { type CitusCluster, startCitusCluster } from "../support/citus/cluster.ts";
import type { CitusNode } from "../support/citus/node.ts";
import { stopProcesses } from "../support/postgres-processes.ts";
import { connectClients } from "../support/service.ts";
import { withSql } from "../support/sql.ts";
import { until } from "../support/until.ts";
import { grpcClient, type LedgerClient } from "../workload/calls.ts";
import { NodeProxy } from "./node-proxy.ts";

const credential = { clientId: "operator", clientSecret: "the-secret-of-the-operator" };
const customersOfEach = 3;

/** A tenant, and the node that has its rows. */
export interface PlacedOrganization {
  readonly orgId: string;
  readonly customers: readonly string[];
  readonly node: CitusNode;
}

/** A server process on a cluster of its own, whose nodes can be harmed. */
export class ClusterWorld {
  private constructor(
    private readonly cluster: CitusCluster,
    private readonly proxies: ReadonlyMap<CitusNode, NodeProxy>,
    private readonly server: Program,
    readonly url: string,
    readonly client: LedgerClient,
  ) {}

  static async create(installation: string): Promise<ClusterWorld> {
    // Durable, as it is by default: what a killed node had acknowledged is what is tested.
    // A proxy has to see what passes.
    const settings = { shared_buffers: "64MB", "citus.node_conninfo": "sslmode=disable" };
    const proxies = new Map<CitusNode, NodeProxy>();
    const cluster = await startCitusCluster(installation, settings, async (node) => {
      const proxy = await NodeProxy.create(node.url);
      proxies.set(node, proxy);
      return proxy.url;
    });
    const { url } = cluster.coordinator;
    await withSql(url, (sql) => sql`alter database tallystick set citus.shard_count = 4`);
    const server = startServer({
      DATABASE_URL: url,
      DATABASE_DISTRIBUTED: "citus",
      TALLYSTICK_ADMIN_CLIENT_ID: credential.clientId,
      TALLYSTICK_ADMIN_CLIENT_SECRET: credential.clientSecret,
    });
    const at = await ready(server);
    return new ClusterWorld(cluster, proxies, server, at, grpcClient(at, credential));
  }

  get databaseUrl(): string {
    return this.cluster.coordinator.url;
  }

  get coordinator(): CitusNode {
    return this.cluster.coordinator;
  }

  /** Clients of all services, over another protocol. */
  get clients(): ReturnType<typeof connectClients> {
    return connectClients(this.url, credential);
  }

  /** What the log has said of a node so far. */
  saidOf(node: CitusNode): string[] {
    const { host } = new URL(this.proxyOf(node).url);
    const lines = this.server.stderr.split("\n").filter((line) => line.includes(`"node":"${host}"`));
    return lines.map((line) => JSON.parse(line).msg);
  }

  get nodes(): readonly CitusNode[] {
    return this.cluster.workerNodes;
  }

  /** By which the coordinator reaches a node. */
  proxyOf(node: CitusNode): NodeProxy {
    const proxy = this.proxies.get(node);
    if (proxy === undefined) throw new Error("no node of this cluster");
    return proxy;
  }

  /** Makes organizations, so many of them on each node. */
  async organizations(countOfEach: number): Promise<PlacedOrganization[]> {
    const made: PlacedOrganization[] = [];
    await withSql(this.databaseUrl, async (sql) => {
      while (made.length < countOfEach * this.nodes.length) {
        const [orgId, customers] = [uuidv7(), Array.from({ length: customersOfEach }, () => uuidv7())];
        const [row] = await sql`select nodeport as port from pg_dist_shard_placement
          where shardid = get_shard_id_for_distribution_column('operations', ${orgId}::uuid)`;
        const node = this.nodes.find((each) => new URL(this.proxyOf(each).url).port === `${row?.["port"]}`);
        if (node === undefined || made.filter((each) => each.node === node).length === countOfEach) continue;
        await sql`insert into organizations (id, name, display_name) values (${orgId}, ${orgId}, '')`;
        for (const id of customers) await sql`insert into customers (org_id, id) values (${orgId}, ${id})`;
        made.push({ orgId, customers, node });
      }
    });
    return made;
  }

  /** Lets whoever books under a key lose the connection to the node on which it does. */
  async endConnectionsOf(key: string): Promise<void> {
    const trigger = `
      set citus.enable_ddl_propagation = off;
      create function end_connection() returns trigger language plpgsql as $$ begin
        if new.key = '${key}' then
          perform pg_terminate_backend(pg_backend_pid());
          perform pg_sleep(60);
        end if;
        return new;
      end $$`;
    await Promise.all(this.nodes.map(({ url }) => withSql(url, (sql) => sql.unsafe(trigger).simple())));
    await withSql(
      this.databaseUrl,
      (sql) => sql`select run_command_on_shards('operations',
        'create trigger end_connection before insert on %s for each row execute function end_connection()')`,
    );
  }

  /** Ends every process of a node at once, and answers how to start it again. */
  async kill(node: CitusNode): Promise<() => Promise<void>> {
    stopProcesses(node.dataDirectory).signal("SIGKILL");
    await node.ended();
    return () => node.start();
  }

  /** Lets every process of a node stand still, and answers how to let them go on. */
  async silence(node: CitusNode): Promise<() => Promise<void>> {
    const processes = stopProcesses(node.dataDirectory);
    return async () => processes.signal("SIGCONT");
  }

  /** Resolves when somebody waits for an advisory lock on a node. */
  async untilOneWaits({ url }: CitusNode): Promise<void> {
    await withSql(url, (sql) =>
      until(
        async () =>
          (
            await sql`select from pg_stat_activity
        where datname = current_database() and wait_event = 'advisory'`
          ).length > 0,
      ),
    );
  }

  async destroy(): Promise<void> {
    this.server.kill("SIGKILL");
    await this.server.ended;
    await this.cluster.remove();
    await Promise.all([...this.proxies.values()].map((proxy) => proxy.close()));
  }
}
