import { type Config, readConfig } from "../config.ts";
import { startEmbeddedPostgres } from "../embedded/embedded-postgres.ts";
import { startupFailure } from "../startup-failure.ts";
import { migrate } from "../store/migrate.ts";

/** Migrates the database of the settings, as a start of the server would, and returns what it was. */
async function migrateConfigured({ database }: Config): Promise<string> {
  if (database.kind === "external") {
    await migrate(database.url);
    return "the database of DATABASE_URL";
  }
  const { dataDir } = database;
  const postgres = await startEmbeddedPostgres({ dataDir, log: () => undefined });
  try {
    await migrate(postgres.url);
  } finally {
    await postgres.stop();
  }
  return `the embedded database in ${dataDir}`;
}

async function run(): Promise<void> {
  const migrated = await migrateConfigured(readConfig(process.env));
  process.stdout.write(`Migrated: ${migrated} is up to date.\n`);
}

// A signal's own answer is to end at once, which would leave the embedded database running.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => process.exit(1));

run().catch((error: unknown) => {
  process.stderr.write(`tallystick: ${startupFailure(error)}\n`);
  process.exit(1);
});
