import { readConfig } from "../config.ts";
import { migrate } from "../store/driver/migrate.ts";
import { withMadeDatabase } from "./database.ts";
import type { Surroundings } from "./surroundings.ts";

/** Migrates the database of the settings, as a start of the server would. */
export async function migrateCommand({ env, stdout }: Surroundings): Promise<number> {
  const { database } = readConfig(env);
  const name = await withMadeDatabase(database, async (running) => {
    await migrate(running.url);
    return running.name;
  });
  stdout.write(`Migrated: ${name} is up to date.\n`);
  return 0;
}
