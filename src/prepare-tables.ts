import type { Logger } from "pino";
import { migrateAndDistribute } from "./store/distribution/distribute.ts";
import { migrate } from "./store/driver/migrate.ts";

/** Migrates the database, and distributes it where that is asked for. */
export async function prepareTables(
  databaseUrl: string,
  log: Logger,
  isToDistribute: boolean,
): Promise<void> {
  if (!isToDistribute) return migrate(databaseUrl);
  await migrateAndDistribute(databaseUrl, {
    onProgress: ({ says }) => log.info(says),
    onWarning: (warning) => log.warn(warning),
  });
}
