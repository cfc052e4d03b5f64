import { withSql } from "../sql.ts";

/** Makes the databases of some servers one cluster, the first of them its coordinator. */
export async function joinNodes(urls: readonly string[]): Promise<void> {
  await Promise.all(urls.map((url) => withSql(url, (sql) => sql`create extension citus`)));
  const [coordinator, ...workerNodes] = urls.map((url) => new URL(url));
  if (coordinator === undefined) throw new Error("no nodes");
  await withSql(coordinator.href, async (sql) => {
    await sql`select citus_set_coordinator_host(${coordinator.hostname}, ${Number(coordinator.port)})`;
    for (const { hostname, port } of workerNodes)
      await sql`select citus_add_node(${hostname}, ${Number(port)})`;
  });
}

/**
 * The URLs of a coordinator's cluster, its own the first of them, with the name and password that it was asked with;
 * undefined where the database is of no cluster.
 */
export async function nodesOf(coordinatorUrl: string): Promise<[string, ...string[]] | undefined> {
  return withSql(coordinatorUrl, async (sql) => {
    const [row] = await sql`select to_regclass('pg_catalog.pg_dist_node') is not null as is_citus`;
    if (row?.["is_citus"] !== true) return undefined;
    const nodes = await sql<{ name: string; port: number }[]>`
      select nodename as name, nodeport as port from pg_dist_node where groupid > 0 order by nodeid`;
    if (nodes.length === 0) return undefined;
    const others = nodes.map(({ name, port }) => {
      const url = new URL(coordinatorUrl);
      [url.hostname, url.port] = [name, `${port}`];
      return url.href;
    });
    return [coordinatorUrl, ...others];
  });
}
