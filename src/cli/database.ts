import { ConfigError } from "../config/config-error.ts";
import type { Config } from "../config.ts";
import {
  type EmbeddedPostgresOptions,
  runningUrl,
  startEmbeddedPostgres,
} from "../embedded/embedded-postgres.ts";
import { DataFolderInUse, EmbeddedPostgresError } from "../embedded/error.ts";
import { hasCluster } from "../embedded/launcher.ts";

/** The database of the settings, while it runs. */
export interface RunningDatabase {
  readonly url: string;
  /** What it is, for people. */
  readonly name: string;
  /** Resolves with why when an embedded one ends by itself. */
  readonly lost: Promise<string>;
  stop(): Promise<void>;
}

/** Starts the embedded database, or takes the one of DATABASE_URL as running. */
export async function startDatabase(
  database: Config["database"],
  { log = ignore, making = ignore }: Partial<Pick<EmbeddedPostgresOptions, "log" | "making">> = {},
): Promise<RunningDatabase> {
  if (database.kind === "external") {
    const lost = new Promise<string>(() => undefined);
    return { url: database.url, name: "the database of DATABASE_URL", lost, stop: async () => undefined };
  }
  const { dataDir } = database;
  const { url, exited, stop } = await startEmbeddedPostgres({ dataDir, log, making });
  return { url, name: `the embedded database in ${dataDir}`, lost: exited, stop };
}

/**
 * Works on the database of the settings, and stops it afterwards where it is the embedded one.
 *
 * @throws ConfigError where there is no embedded one yet: an empty one, made on the way, would answer that all is well
 */
export async function withDatabase<T>(
  database: Config["database"],
  work: (running: RunningDatabase) => Promise<T>,
): Promise<T> {
  if (database.kind === "embedded" && !hasCluster(database.dataDir))
    throw new ConfigError(
      `There is no database in ${database.dataDir}: set TALLYSTICK_DATA_DIR to the folder where the server keeps it, or set DATABASE_URL.`,
    );
  return withMadeDatabase(database, work);
}

/**
 * The same for work that changes nothing, and so may be done beside a server that runs on the embedded one.
 *
 * @throws ConfigError as `withDatabase`
 */
export async function withDatabaseAsItIs<T>(
  database: Config["database"],
  work: (url: string) => Promise<T>,
): Promise<T> {
  const running = database.kind === "embedded" ? runningUrl(database.dataDir) : undefined;
  if (running !== undefined) return work(running);
  const worked = withDatabase(database, ({ url }) => work(url));
  return orSaying(worked, "If that one is about to start or to stop, ask again in a moment.");
}

/** Adds to the refusal of a data folder that a server uses what one may do in place of what was asked. */
export function orSaying<T>(worked: Promise<T>, instead: string): Promise<T> {
  return worked.catch((error: unknown) => {
    throw error instanceof DataFolderInUse ? new EmbeddedPostgresError(`${error.message} ${instead}`) : error;
  });
}

/** As `withDatabase`, but makes an embedded one where there is none. */
export async function withMadeDatabase<T>(
  database: Config["database"],
  work: (running: RunningDatabase) => Promise<T>,
): Promise<T> {
  const running = await startDatabase(database);
  try {
    return await work(running);
  } finally {
    await running.stop();
  }
}

function ignore(): void {}
