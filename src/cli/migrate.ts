import { ConfigError, readConfig } from "../config.ts";
import { migrateAndDistribute } from "../store/distribution/distribute.ts";
import { migrate } from "../store/driver/migrate.ts";
import { grantServing } from "../store/rights/grant.ts";
import { withMadeDatabase } from "./database.ts";
import type { Surroundings } from "./surroundings.ts";

export interface MigrateOptions {
  readonly distribute?: boolean;
  /** A role that is to serve. */
  readonly grantTo?: string;
}

/**
 * Migrates the database of the settings, and distributes it where that is asked for, as a start of the server would. Then a
 * role that is to serve gets its rights.
 */
export async function migrateCommand(
  { distribute = false, grantTo }: MigrateOptions,
  { env, stdout, stderr }: Surroundings,
): Promise<number> {
  const { database, isToDistribute } = readConfig(env);
  if (distribute && database.kind === "embedded")
    throw new ConfigError(
      "--distribute needs DATABASE_URL: set it to the coordinator of a Citus. The embedded PostgreSQL is one server.",
    );
  if (grantTo !== undefined && database.kind === "embedded")
    throw new ConfigError(
      "--grant-to needs DATABASE_URL: the embedded PostgreSQL has one role, which only this machine reaches.",
    );
  const outcome = await withMadeDatabase(database, async ({ url, name }) => {
    const done = [`${name} is up to date`];
    const say = (line: string) => void stderr.write(`${line}\n`);
    if (distribute || isToDistribute) {
      const isChanged = await migrateAndDistribute(url, { onProgress: say, onWarning: say });
      done.push(isChanged ? "distributed now" : "was distributed already");
    } else {
      await migrate(url);
    }
    if (grantTo !== undefined) {
      const isChanged = await grantServing(url, grantTo);
      done.push(
        isChanged ? `${grantTo} has the rights to serve now` : `${grantTo} had the rights to serve already`,
      );
    }
    return done.join(", ").replace(/, (?=[^,]*$)/, ", and ");
  });
  stdout.write(`Migrated: ${outcome}.\n`);
  return 0;
}
