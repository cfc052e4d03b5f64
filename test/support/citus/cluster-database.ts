import { copyDatabase, databaseOn, onEach, type TestDatabase } from "../database.ts";
import { joinNodes } from "./membership.ts";

/** A database on every node of a cluster, in which there is nothing but the extension. */
export interface ClusterDatabase extends TestDatabase {
  /** The same database as each Citus worker has it. */
  readonly nodeUrls: readonly string[];
}

/** Few, or each statement that asks all of them would take longer than what is tested. */
const shards = 4;

/** @param nodes the URLs of the cluster's nodes, the coordinator's first */
export async function createClusterDatabase(nodes: readonly [string, ...string[]]): Promise<ClusterDatabase> {
  const database = await copyDatabase("template1", nodes);
  const urls = nodes.map((node) => databaseOn(node, database.name));
  await joinNodes(urls);
  await onEach([nodes[0]], (sql) =>
    sql.unsafe(`alter database ${database.name} set citus.shard_count = ${shards}`),
  );
  return { ...database, nodeUrls: urls.slice(1) };
}
