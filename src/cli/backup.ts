import { resolve } from "node:path";
import { ConfigError } from "../config/config-error.ts";
import { type Config, readConfig } from "../config.ts";
import { backUp } from "../embedded/backup/back-up.ts";
import { restoreBackup } from "../embedded/backup/restore.ts";
import { migrate } from "../store/driver/migrate.ts";
import { withDatabaseAsItIs, withMadeDatabase } from "./database.ts";
import type { Surroundings } from "./surroundings.ts";
import { audit, textOf } from "./verify.ts";

/** Copies the embedded database into a folder, while a server runs on it or not. */
export async function backupCommand(folder: string, { env, stdout }: Surroundings): Promise<number> {
  const database = embedded(readConfig(env).database, "backup");
  const { dataDir } = database;
  const backup = resolve(folder);
  const { end, files } = await withDatabaseAsItIs(database, (url) => backUp({ url, dataDir, backup }));
  const bytes = Object.values(files).reduce((sum, each) => sum + each.bytes, 0);
  stdout.write(
    `Backed up: ${dataDir} into ${backup}, ${Math.ceil(bytes / 1e6)} MB, with all that was acknowledged before ${end}.\n`,
  );
  return 0;
}

/** Puts a backup into an empty data folder, and recomputes the ledger there. The exit code is 1 where anything is broken. */
export async function restoreCommand(folder: string, surroundings: Surroundings): Promise<number> {
  const { env, stdout } = surroundings;
  const database = embedded(readConfig(env).database, "restore");
  const { dataDir } = database;
  const { end } = await restoreBackup(resolve(folder), dataDir);
  const report = await withMadeDatabase(database, async ({ url }) => {
    await migrate(url);
    return audit(url, {}, surroundings);
  });
  stdout.write(`Restored: ${dataDir} has all that was acknowledged before ${end}.\n${textOf(report)}`);
  return report.violationCount === 0 ? 0 : 1;
}

function embedded(database: Config["database"], command: string) {
  if (database.kind === "embedded") return database;
  throw new ConfigError(
    `tallystick ${command} is for the embedded PostgreSQL: unset DATABASE_URL. PostgreSQL's own programs back up a PostgreSQL of yours, as docs/operating/back-up.md says.`,
  );
}
