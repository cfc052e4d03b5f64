import { accessSync, chownSync, constants, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { atMost } from "../bounds/at-most.ts";
import { findBinaries } from "./binaries.ts";
import { chooseLauncher } from "./choose-launcher.ts";
import { clusterFolder, makeCluster, superuser } from "./cluster.ts";
import { socketUrl } from "./connection.ts";
import { EmbeddedPostgresError, systemReason } from "./error.ts";
import { clusterEntry, hasCluster, type Launcher } from "./launcher.ts";
import { takeLock } from "./lock.ts";
import { makeFolder } from "./make-folder.ts";
import { endOrphan, removeSocketFolder, runningOn, shutdownSteps } from "./orphan.ts";
import { launch, type Program } from "./program.ts";
import { untilReady } from "./readiness.ts";

const database = "tallystick";

export interface EmbeddedPostgresOptions {
  /** An absolute path; made if missing. */
  readonly dataDir: string;
  /** Gets what PostgreSQL writes to its log, line by line. */
  readonly log: (line: string) => void;
  /** Called on the first start, before the database is made, which takes some seconds. */
  readonly making?: (dataDir: string) => void;
  /** PostgreSQL settings that differ from ours. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface EmbeddedPostgres {
  /** libpq's form; postgres.js needs `socketHost(url)` beside it. */
  readonly url: string;
  /** Fast shutdown; resolves when PostgreSQL is gone and its lock and socket are removed. */
  stop(): Promise<void>;
  /** Resolves with why in one line when PostgreSQL ends without `stop`. */
  readonly exited: Promise<string>;
}

/**
 * Starts the PostgreSQL of a data folder, made on the first start, and waits until it answers.
 *
 * @throws EmbeddedPostgresError when the folder cannot be written or is in use, or when PostgreSQL does not start
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { dataDir, log, making, settings = {} } = options;
  const binaries = findBinaries();
  makeDataFolder(dataDir);
  const releaseLock = takeLock(dataDir);
  try {
    if (!hasCluster(dataDir)) making?.(dataDir);
    const launcher = chooseLauncher(binaries, dataDir);
    await endOrphan(clusterFolder(launcher));
    await makeCluster(launcher, settings["fsync"] !== "off", log);
    return await run(launcher, settings, log, releaseLock);
  } catch (error) {
    releaseLock();
    throw error;
  }
}

/** The URL of the PostgreSQL that runs on a data folder and takes connections, whoever started it; undefined where none does. */
export function runningUrl(dataDir: string): string | undefined {
  const running = hasCluster(dataDir) ? runningOn(clusterEntry(dataDir)) : undefined;
  return running?.isReady === true ? socketUrl(running.socketFolder, superuser, database) : undefined;
}

async function run(
  launcher: Launcher,
  settings: Readonly<Record<string, string>>,
  log: (line: string) => void,
  releaseLock: () => void,
): Promise<EmbeddedPostgres> {
  const socketFolder = makeSocketFolder(launcher);
  const server = launch(launcher, "postgres", serverArguments(launcher, socketFolder, settings), log);
  const url = socketUrl(socketFolder, superuser, database);
  const shutDown = async () => {
    await end(server);
    removeSocketFolder(socketFolder);
  };
  try {
    await untilReady(socketUrl(socketFolder, superuser, "postgres"), database, server);
  } catch (error) {
    await shutDown();
    throw error;
  }
  let stopped: Promise<void> | undefined;
  return {
    url,
    stop: () => {
      stopped ??= shutDown().then(releaseLock);
      return stopped;
    },
    exited: new Promise((resolve) => {
      server.ended.then((reason = "postgres was told to end") => {
        if (stopped === undefined) resolve(reason);
      });
    }),
  };
}

function serverArguments(
  launcher: Launcher,
  socketFolder: string,
  settings: Readonly<Record<string, string>>,
): string[] {
  const all = {
    listen_addresses: "",
    unix_socket_directories: socketFolder,
    port: "5432",
    max_connections: "100",
    shared_buffers: "256MB",
    // The one who gets the lines adds what time it is.
    log_line_prefix: "",
    ...settings,
  };
  return [
    "-D",
    clusterFolder(launcher),
    ...Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
  ];
}

async function end(server: Program): Promise<void> {
  for (const { signal, patienceMs } of shutdownSteps) {
    server.signal(signal);
    const hasEnded = await atMost(
      server.ended.then(() => true),
      patienceMs,
      () => false,
    );
    if (hasEnded) return;
  }
}

/** @throws EmbeddedPostgresError where it cannot be written */
export function makeDataFolder(dataDir: string): void {
  try {
    makeFolder(dataDir, 0o700);
    // With the slash a file is refused.
    accessSync(`${dataDir}/`, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new EmbeddedPostgresError(
      `The data folder ${dataDir} cannot be written (${systemReason(error)}): set TALLYSTICK_DATA_DIR to another one, or set DATABASE_URL.`,
    );
  }
}

/** The path of a Unix socket is limited to about a hundred bytes, so it cannot lie in the data folder. */
function makeSocketFolder(launcher: Launcher): string {
  const parent = /^[\w/.-]{1,60}$/.test(tmpdir()) ? tmpdir() : "/tmp";
  try {
    const folder = mkdtempSync(join(parent, "tallystick-"));
    if (launcher.account !== undefined) chownSync(folder, launcher.account.uid, launcher.account.gid);
    return folder;
  } catch (error) {
    throw new EmbeddedPostgresError(
      `No folder for the database's socket can be made in ${parent}: ${systemReason(error)}.`,
    );
  }
}
