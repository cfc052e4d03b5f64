import { readConfig } from "../config.ts";
import { migrate } from "../store/driver/migrate.ts";
import { withDatabase } from "./database.ts";

/** Migrates the database of the settings, as a start of the server would. */
export async function migrateCommand(): Promise<number> {
  const { database } = readConfig(process.env);
  const name = await withDatabase(database, async (running) => {
    await migrate(running.url);
    return running.name;
  });
  process.stdout.write(`Migrated: ${name} is up to date.\n`);
  return 0;
}
