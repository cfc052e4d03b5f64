import { migrateAndDistribute } from "../../../src/store/distribution/distribute.ts";
import { closeDatabase, copyDatabase, databaseOn, onEach, type TestDatabase } from "../database.ts";
import { joinNodes } from "./membership.ts";

/** Few, or each statement that asks all of them would take longer than what is tested. */
const shards = 4;

/** Makes a database of this version's schema, distributed over the nodes, that is copied and takes no connections. */
export async function makeDistributedTemplate(nodes: readonly [string, ...string[]]): Promise<TestDatabase> {
  const database = await copyDatabase("template1", nodes);
  await joinNodes(nodes.map((node) => databaseOn(node, database.name)));
  const [coordinator] = nodes;
  await onEach([coordinator], (sql) =>
    sql.unsafe(`alter database ${database.name} set citus.shard_count = ${shards}`),
  );
  await migrateAndDistribute(database.url);
  await onEach(nodes, (sql) => closeDatabase(sql, database.name));
  return database;
}
