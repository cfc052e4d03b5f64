import type { TransactionSql } from "postgres";
import {
  bringUpToDate,
  type Patience,
  patience,
  persistently,
  withMigrationLock,
} from "../driver/migrate.ts";
import { guardRows, guardTable } from "./append-only.ts";
import { readCluster } from "./cluster.ts";
import { addForeignKey, dropForeignKey, readForeignKeys } from "./foreign-keys.ts";
import { makeSettings, settingsToMake } from "./node-settings.ts";
import { isDistributed, type TableToPlace, tablesToPlace } from "./placed.ts";
import type { Progress } from "./progress.ts";
import { type Cluster, requireCluster, requireReady, warningsAbout } from "./requirements.ts";
import { addSpreadCheck, dropCheck, isSpread, readRowChecks } from "./row-checks.ts";
import { carryRowTypes } from "./row-types.ts";
import { appendOnlyTables, distributionColumn, firstDistributed, placements } from "./tables.ts";

export interface DistributionOptions {
  readonly onProgress?: Progress;
  /** Is told what is wrong with a database that is distributed already, with what to do. */
  readonly onWarning?: (warning: string) => void;
  readonly patience?: Patience;
}

/**
 * Migrates the database, and spreads its tables over the nodes of its Citus. What is distributed already stays as it is, so
 * it can be done again: a later version's tables are then brought in. Each time it is done wholly or not at all. Instances
 * that start at once take turns.
 *
 * @returns whether there was anything to do
 * @throws CannotDistribute where the database is no Citus, or one that lacks something
 * @throws what `migrate` throws
 */
export function migrateAndDistribute(url: string, options: DistributionOptions = {}): Promise<boolean> {
  const { onProgress = () => undefined, onWarning = () => undefined, patience: bearing = patience } = options;
  return withMigrationLock(url, async (connection, hasCitus) => {
    const cluster = await readCluster(connection);
    requireCluster(cluster);
    // Where it is distributed a node may be away: there is probably nothing to do, and the others are to be served.
    if (await isDistributed(connection)) warningsAbout(cluster).forEach(onWarning);
    else requireReady(cluster);
    await bringUpToDate(connection, hasCitus, bearing);
    return persistently(connection, bearing, () =>
      connection.begin(async (sql) => {
        const isPlaced = await placeTables(sql, cluster, onProgress);
        const isSet = await makeSettings(sql, settingsToMake(cluster.nodes), onProgress);
        return isPlaced || isSet;
      }),
    );
  });
}

/** False where there is nothing to do. */
async function placeTables(sql: TransactionSql, cluster: Cluster, onProgress: Progress): Promise<boolean> {
  const tables = await tablesToPlace(sql);
  const checks = (await readRowChecks(sql)).filter((check) => !isSpread(check));
  if (tables.length === 0 && checks.length === 0) return false;
  requireReady(cluster);
  // One connection a node: what several have done in a transaction, Citus lets no function build upon.
  await sql`set local citus.multi_shard_modify_mode = 'sequential'`;
  onProgress("waiting until nobody uses the tables");
  await lockTables(sql);
  const spread = tables.filter(({ placement }) => placement === "distributed").map(({ name }) => name);
  const keys = await readForeignKeys(sql, spread);
  const guarded = appendOnlyTables.filter((name) => spread.includes(name));
  for (const key of keys) await dropForeignKey(sql, key);
  for (const check of checks) await dropCheck(sql, check);
  for (const name of guarded) await guardRows(sql, name);
  for (const table of tables) await placeTable(sql, table, onProgress);
  await carryRowTypes(sql);
  for (const name of spread)
    await sql`select truncate_local_data_after_distributing_table(${name}::regclass)`;
  for (const name of guarded) await guardTable(sql, name);
  for (const key of keys) {
    onProgress(`${key.table}: adding the foreign key ${key.name}`);
    await addForeignKey(sql, key);
  }
  for (const check of checks) {
    onProgress(`${check.table}: adding the check ${check.constraint}`);
    await addSpreadCheck(sql, check);
  }
  return true;
}

/** All at once, so that what follows waits for nobody. */
async function lockTables(sql: TransactionSql): Promise<void> {
  await sql`lock table ${sql(Object.keys(placements))} in access exclusive mode`;
}

async function placeTable(
  sql: TransactionSql,
  { name, placement }: TableToPlace,
  onProgress: Progress,
): Promise<void> {
  if (placement === "reference") {
    onProgress(`${name}: copying it to every node`);
    await sql`select create_reference_table(${name}::regclass)`;
    return;
  }
  onProgress(`${name}: spreading it by ${distributionColumn}`);
  const beside = name === firstDistributed ? "default" : firstDistributed;
  await sql`select create_distributed_table(${name}::regclass, ${distributionColumn}, colocate_with => ${beside})`;
}
