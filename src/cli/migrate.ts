import { ConfigError, readConfig } from "../config.ts";
import { migrateAndDistribute } from "../store/distribution/distribute.ts";
import { migrate } from "../store/driver/migrate.ts";
import { withMadeDatabase } from "./database.ts";
import type { Surroundings } from "./surroundings.ts";

export interface MigrateOptions {
  readonly distribute?: boolean;
}

/** Migrates the database of the settings, and distributes it where that is asked for, as a start of the server would. */
export async function migrateCommand(
  { distribute = false }: MigrateOptions,
  { env, stdout, stderr }: Surroundings,
): Promise<number> {
  const { database, isToDistribute } = readConfig(env);
  if (distribute && database.kind === "embedded")
    throw new ConfigError(
      "--distribute needs DATABASE_URL: set it to the coordinator of a Citus. The embedded PostgreSQL is one server.",
    );
  const outcome = await withMadeDatabase(database, async ({ url, name }) => {
    if (!distribute && !isToDistribute) {
      await migrate(url);
      return `${name} is up to date`;
    }
    const say = (line: string) => void stderr.write(`${line}\n`);
    const isChanged = await migrateAndDistribute(url, { onProgress: say, onWarning: say });
    return `${name} is up to date, and ${isChanged ? "distributed now" : "was distributed already"}`;
  });
  stdout.write(`Migrated: ${outcome}.\n`);
  return 0;
}
