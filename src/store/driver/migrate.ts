import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/postgres-js";
import { migrate as applyMigrations } from "drizzle-orm/postgres-js/migrator";
import type { Sql } from "postgres";
import { keepNumbers } from "../restoration/numbers.ts";
import { NeedsOwner, readRoles, requireRights } from "../rights/owner.ts";
import { answered, connect, open } from "./connections/connection.ts";
import { requireOwnSession } from "./connections/pooling.ts";
import { migrationSettings } from "./connections/settings.ts";
import type { Database } from "./database.ts";
import { isDeadlock, isForbidden, isLockTimeout, isUndefinedTable } from "./errors.ts";

/** Any number, the same in every instance. */
const advisoryLock = 7_400_001;
/** Longer than a connection may take, whose own error says more. */
const answerSecondsMax = 8;
const migrationsFolder = join(import.meta.dirname, "..", "migrations");
/** What this version brings, the newest last. Read at once: a build may replace the files while the server runs. */
const migrations = readMigrations();
const newestMigration = migrations.at(-1)?.when ?? 0n;

/** How long tables that others use are waited for. */
export interface Patience {
  readonly lockMs: number;
  readonly pauseMs: number;
  readonly triesMax: number;
}

/**
 * While a migration waits for a table, everybody behind it waits, too: so it does not wait long, and lets them go in between. It waits
 * for longer than PostgreSQL's `deadlock_timeout`, a second, though: not before that is over does PostgreSQL end an autovacuum that
 * is in the way, which of a large table takes hours.
 */
export const patience: Patience = { lockMs: 1_250, pauseMs: 1_000, triesMax: 120 };

/**
 * Brings the schema up to date, and numbers that another server gave. Instances that start at once take turns under an
 * advisory lock; those that come later find nothing to do.
 *
 * @throws TablesInUse where others do not leave the tables alone
 * @throws NumbersOfAnotherServer where this role may not put them right
 * @throws NeedsOwner where this role does not own the tables, and a migration or a right is missing
 */
export function migrate(url: string, bearing: Patience = patience): Promise<void> {
  return withMigrationLock(url, (connection, isDistributed) =>
    bringUpToDate(connection, isDistributed, bearing),
  );
}

/**
 * Works on a connection of its own while nobody else changes the schema. It is told whether the database has Citus. Through a
 * pooler that shares sessions the lock would be left to others, and so would what the connection sets.
 *
 * @throws SessionsShared
 */
export async function withMigrationLock<T>(
  url: string,
  work: (connection: Sql, isDistributed: boolean) => Promise<T>,
): Promise<T> {
  const connection = connect(url);
  try {
    await answered(requireOwnSession(connection, url), answerSecondsMax);
    const isDistributed = await open(connection, migrationSettings, answerSecondsMax);
    await connection`select pg_advisory_lock(${advisoryLock})`;
    return await work(connection, isDistributed);
  } finally {
    await connection.end({ timeout: 1 });
  }
}

/** What is up to date is only read: the migrator would ask for its schema, and Citus every node for that. */
export async function bringUpToDate(
  connection: Sql,
  isDistributed: boolean,
  bearing: Patience,
): Promise<void> {
  const orm = drizzle({ client: connection });
  await requireRights(connection);
  const missing = await missingMigrations(connection);
  if (missing.length > 0) {
    const apply = () => applyMigrations(orm, { migrationsFolder });
    await persistently(connection, bearing, apply).catch(async (error: unknown) => {
      throw isForbidden(error) ? await migrationsOfOwner(connection, missing) : error;
    });
  }
  await keepNumbers(orm, isDistributed);
}

async function migrationsOfOwner(connection: Sql, missing: readonly string[]): Promise<NeedsOwner> {
  const roles = await readRoles(connection);
  const reason = `The database lacks ${missing.join(", ")}, and role ${roles.roleInSql} may not change its tables`;
  return new NeedsOwner(reason, roles);
}

/** Whether the database has every migration that this version brings. */
export async function isUpToDate(connection: Sql): Promise<boolean> {
  return (await missingMigrations(connection)).length === 0;
}

/** The names of those that this version brings and the database lacks. */
async function missingMigrations(connection: Sql): Promise<string[]> {
  const [log] = await connection`select to_regclass('drizzle.__drizzle_migrations') is not null as is_there`;
  const [row] =
    log?.["is_there"] === true
      ? await connection<{ newest: string | null }[]>`
          select max(created_at) as newest from drizzle.__drizzle_migrations`
      : [];
  const newest = BigInt(row?.newest ?? 0);
  return migrations.filter(({ when }) => when > newest).map(({ name }) => name);
}

/**
 * Changes tables, and tries again where somebody else uses one.
 *
 * @throws TablesInUse
 */
export async function persistently<T>(
  connection: Sql,
  { lockMs, pauseMs, triesMax }: Patience,
  change: () => Promise<T>,
): Promise<T> {
  await connection`select set_config('lock_timeout', ${String(lockMs)}, false)`;
  for (let tries = 1; ; tries += 1) {
    try {
      return await change();
    } catch (error) {
      if (!isLockTimeout(error) && !isDeadlock(error)) throw error;
      if (tries === triesMax) throw new TablesInUse();
    }
    await setTimeout(pauseMs);
  }
}

/** Others have used the tables for as long as a migration tried to get them. */
class TablesInUse extends Error {
  override readonly name = "TablesInUse";

  constructor() {
    super(
      "a migration could not get the tables that it changes; end the transactions that use them, and start again",
    );
  }
}

/** The database lacks a migration that this version brings. */
export class NotMigrated extends Error {
  override readonly name = "NotMigrated";

  constructor() {
    super("the database is not migrated");
  }
}

/** Throws while the database does not answer, and NotMigrated while it lacks a migration that this version brings. */
export async function requireMigrated(database: Database, signal?: AbortSignal): Promise<void> {
  const query = sql`select max(created_at) as newest from drizzle.__drizzle_migrations`;
  const rows = await database
    .orm(signal)
    .execute<{ newest: string | null }>(query)
    .catch((error: unknown) => {
      throw isUndefinedTable(error) ? new NotMigrated() : error;
    });
  if (BigInt(rows[0]?.newest ?? 0) < newestMigration) throw new NotMigrated();
}

function readMigrations(): { readonly name: string; readonly when: bigint }[] {
  const { entries } = JSON.parse(readFileSync(join(migrationsFolder, "meta", "_journal.json"), "utf8"));
  return entries.map(({ tag, when }: { tag: string; when: number }) => ({ name: tag, when: BigInt(when) }));
}
