import { migrateAndDistribute } from "../../../src/store/distribution/distribute.ts";
import { closeDatabase, onEach, type TestDatabase } from "../database.ts";
import { createClusterDatabase } from "./cluster-database.ts";

/** Makes a database of this version's schema, distributed over the nodes, that is copied and takes no connections. */
export async function makeDistributedTemplate(nodes: readonly [string, ...string[]]): Promise<TestDatabase> {
  const database = await createClusterDatabase(nodes);
  await migrateAndDistribute(database.url);
  await onEach(nodes, (sql) => closeDatabase(sql, database.name));
  return database;
}
