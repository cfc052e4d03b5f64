import { ConfigError } from "../config/config-error.ts";
import { readConfig } from "../config.ts";
import { migrateAndDistribute } from "../store/distribution/distribute.ts";
import type { Step } from "../store/distribution/progress.ts";
import { migrate } from "../store/driver/migrate.ts";
import { grantServing } from "../store/rights/grant.ts";
import { orSaying, withMadeDatabase } from "./database.ts";
import { type Place, ProgressDisplay } from "./progress.ts";
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
  surroundings: Surroundings,
): Promise<number> {
  const { env, stdout, stderr } = surroundings;
  const { database, isToDistribute } = readConfig(env);
  if (distribute && database.kind === "embedded")
    throw new ConfigError(
      "--distribute needs DATABASE_URL: set it to the coordinator of a Citus. The embedded PostgreSQL is one server.",
    );
  if (grantTo !== undefined && database.kind === "embedded")
    throw new ConfigError(
      "--grant-to needs DATABASE_URL: the embedded PostgreSQL has one role, which only this machine reaches.",
    );
  const migrating = withMadeDatabase(database, async ({ url, name }) => {
    const done = [`${name} is up to date`];
    if (distribute || isToDistribute) {
      const display = new ProgressDisplay(surroundings, { lineMs: 0 });
      const isChanged = await migrateAndDistribute(url, {
        onProgress: (step) => display.show(placeOf(step)),
        onWarning: (warning) => stderr.write(`${warning}\n`),
      }).finally(() => display.end());
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
  const outcome = await orSaying(
    migrating,
    "It has migrated the database as it started: for another version stop it, and start that one, which migrates by itself.",
  );
  stdout.write(`Migrated: ${outcome}.\n`);
  return 0;
}

/** Each step in its line, as one may take longer than all the others. */
function placeOf({ says, done, total }: Step): Place {
  return total === 0 ? { done, says } : { done, total, says: `${says}, ${done} of ${total} MB` };
}
