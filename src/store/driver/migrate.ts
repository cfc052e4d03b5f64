import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/postgres-js";
import { migrate as applyMigrations } from "drizzle-orm/postgres-js/migrator";
import { connect, open } from "./connection.ts";
import type { Database } from "./database.ts";
import { isUndefinedTable } from "./errors.ts";
import { migrationSettings } from "./settings.ts";

/** Any number, the same in every instance. */
const advisoryLock = 7_400_001;
/** Longer than a connection may take, whose own error says more. */
const answerSecondsMax = 8;
const migrationsFolder = join(import.meta.dirname, "..", "migrations");
/** When the newest migration of this version was made. Read at once: a build may replace the files while the server runs. */
const newestMigration = readNewestMigration();

/**
 * Brings the schema up to date. Instances that start at once take turns under an advisory lock; those that come later
 * find nothing to do.
 */
export async function migrate(url: string): Promise<void> {
  const connection = connect(url);
  try {
    await open(connection, migrationSettings, answerSecondsMax);
    await connection`select pg_advisory_lock(${advisoryLock})`;
    await applyMigrations(drizzle({ client: connection }), { migrationsFolder });
  } finally {
    await connection.end({ timeout: 1 });
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

function readNewestMigration(): bigint {
  const journal = JSON.parse(readFileSync(join(migrationsFolder, "meta", "_journal.json"), "utf8"));
  return BigInt(Math.max(...journal.entries.map(({ when }: { when: number }) => when)));
}
