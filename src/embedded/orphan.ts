import { readFileSync, realpathSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { EmbeddedPostgresError } from "./error.ts";
import { processCommand, processFolder } from "./process-identity.ts";

const pollMs = 20;
/** What a running PostgreSQL is asked, and how long it may take: fast shutdown, immediate shutdown, the end. */
export const shutdownSteps = [
  { signal: "SIGINT", patienceMs: 30_000 },
  { signal: "SIGQUIT", patienceMs: 5_000 },
  { signal: "SIGKILL", patienceMs: 5_000 },
] as const;

/**
 * Ends the PostgreSQL that a killed server left running on this cluster, and clears a pid file that would only seem to
 * belong to one because its pid is now another process.
 *
 * @throws EmbeddedPostgresError when it cannot be ended
 */
export async function endOrphan(cluster: string): Promise<void> {
  const pidFile = join(cluster, "postmaster.pid");
  const [pidLine, , , , socketFolder] = readLines(pidFile);
  const pid = Number(pidLine);
  if (!Number.isInteger(pid) || pid <= 0) return;
  if (runsOn(pid, cluster)) await end(pid, cluster);
  else if (processCommand(pid) !== undefined) rmSync(pidFile, { force: true });
  if (socketFolder) removeSocketFolder(socketFolder);
}

/** The PostgreSQL that runs on a cluster, whether it takes connections, and where. */
export function runningOn(
  cluster: string,
): { readonly isReady: boolean; readonly socketFolder: string } | undefined {
  const [pidLine, , , , socketFolder = "", , , state = ""] = readLines(join(cluster, "postmaster.pid"));
  const pid = Number(pidLine);
  if (!Number.isInteger(pid) || pid <= 0 || !runsOn(pid, cluster)) return undefined;
  return { isReady: state.trim() === "ready", socketFolder };
}

/** Removes a socket's folder, with what a killed PostgreSQL may have left in it and nothing else. */
export function removeSocketFolder(folder: string): void {
  rmSync(join(folder, ".s.PGSQL.5432"), { force: true });
  rmSync(join(folder, ".s.PGSQL.5432.lock"), { force: true });
  try {
    rmdirSync(folder);
  } catch {
    // Gone already, or not only ours.
  }
}

async function end(pid: number, cluster: string): Promise<void> {
  for (const { signal, patienceMs } of shutdownSteps) {
    try {
      process.kill(pid, signal);
    } catch {
      // Gone in this moment, or not ours to end: the wait tells which.
    }
    for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += pollMs) {
      if (!runsOn(pid, cluster)) return;
      await setTimeout(pollMs);
    }
  }
  throw new EmbeddedPostgresError(
    `A PostgreSQL of an earlier start (process ${pid}) still runs on ${cluster} and does not end.`,
  );
}

/** PostgreSQL works in its cluster's folder, which tells it from one that runs on a copy of this cluster. */
function runsOn(pid: number, cluster: string): boolean {
  const command = processCommand(pid) ?? "";
  const folder = processFolder(pid);
  if (folder === undefined) return command.includes(`postgres -D ${cluster} `);
  return command.includes("postgres -D ") && folder === realpathSync(cluster);
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, "utf8").split("\n");
  } catch {
    return [];
  }
}
