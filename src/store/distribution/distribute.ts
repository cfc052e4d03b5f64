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
import { addForeignKey, dropForeignKey, type ForeignKey, readForeignKeys } from "./foreign-keys.ts";
import { makeSettings, settingsToMake } from "./node-settings.ts";
import { isDistributed, type TableToPlace, tablesToPlace } from "./placed.ts";
import { Course, type Progress, readSizes } from "./progress.ts";
import { type Cluster, requireCluster, requireReady, warningsAbout } from "./requirements.ts";
import { addSpreadCheck, dropCheck, isSpread, type RowCheck, readRowChecks } from "./row-checks.ts";
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
        const changes = await changesToMake(sql);
        const course = new Course(await readSizes(sql), Object.values(changes).flat(), onProgress);
        const isPlaced = await placeTables(sql, cluster, changes, course);
        const isSet = await makeSettings(sql, settingsToMake(cluster.nodes), course);
        return isPlaced || isSet;
      }),
    );
  });
}

/** What is to be placed, and what is dropped and added for it. */
interface Changes {
  readonly tables: readonly TableToPlace[];
  readonly keys: readonly ForeignKey[];
  readonly checks: readonly RowCheck[];
}

/** Under the lock of the migrations nobody else changes what is read here. */
async function changesToMake(sql: TransactionSql): Promise<Changes> {
  const tables = await tablesToPlace(sql);
  const keys = await readForeignKeys(sql, spreadOf(tables));
  const checks = (await readRowChecks(sql)).filter((check) => !isSpread(check));
  return { tables, keys, checks };
}

function spreadOf(tables: readonly TableToPlace[]): string[] {
  return tables.flatMap(({ table, placement }) => (placement === "distributed" ? [table] : []));
}

/** False where there is nothing to do. */
async function placeTables(
  sql: TransactionSql,
  cluster: Cluster,
  { tables, keys, checks }: Changes,
  course: Course,
): Promise<boolean> {
  if (tables.length === 0 && checks.length === 0) return false;
  requireReady(cluster);
  // One connection a node: what several have done in a transaction, Citus lets no function build upon.
  await sql`set local citus.multi_shard_modify_mode = 'sequential'`;
  course.begin("waiting until nobody uses the tables");
  await lockTables(sql);
  const spread = spreadOf(tables);
  const guarded = appendOnlyTables.filter((name) => spread.includes(name));
  for (const key of keys) await dropForeignKey(sql, key);
  for (const check of checks) await dropCheck(sql, check);
  for (const name of guarded) await guardRows(sql, name);
  for (const table of tables) await placeTable(sql, table, course);
  await carryRowTypes(sql);
  for (const name of spread)
    await sql`select truncate_local_data_after_distributing_table(${name}::regclass)`;
  for (const name of guarded) await guardTable(sql, name);
  for (const key of keys) {
    course.beginWith(key, `adding the foreign key ${key.name}`);
    await addForeignKey(sql, key);
  }
  for (const check of checks) {
    course.beginWith(check, `adding the check ${check.constraint}`);
    await addSpreadCheck(sql, check);
  }
  return true;
}

/** All at once, so that what follows waits for nobody. */
async function lockTables(sql: TransactionSql): Promise<void> {
  await sql`lock table ${sql(Object.keys(placements))} in access exclusive mode`;
}

async function placeTable(sql: TransactionSql, step: TableToPlace, course: Course): Promise<void> {
  const { table, placement } = step;
  if (placement === "reference") {
    course.beginWith(step, "copying it to every node");
    await sql`select create_reference_table(${table}::regclass)`;
    return;
  }
  course.beginWith(step, `spreading it by ${distributionColumn}`);
  const beside = table === firstDistributed ? "default" : firstDistributed;
  await sql`select create_distributed_table(${table}::regclass, ${distributionColumn}, colocate_with => ${beside})`;
}
