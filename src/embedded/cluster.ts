import { chownSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { EmbeddedPostgresError, systemReason } from "./error.ts";
import type { Launcher } from "./launcher.ts";
import { launch } from "./program.ts";

export const superuser = "tallystick";
export const unfinishedPrefix = "postgres.unfinished-";

/** Where the cluster lies once it is complete. */
export function clusterFolder(launcher: Launcher): string {
  return join(launcher.home, "postgres");
}

/**
 * Makes the cluster on the first start. It becomes visible when complete, by a rename.
 *
 * @param durable whether to wait until the new files are on disk
 * @throws EmbeddedPostgresError when initdb fails
 */
export async function makeCluster(
  launcher: Launcher,
  durable: boolean,
  log: (line: string) => void,
): Promise<void> {
  removeUnfinished(launcher.home);
  const cluster = clusterFolder(launcher);
  if (existsSync(join(cluster, "PG_VERSION"))) return;
  const unfinished = mkdtempSync(join(launcher.home, unfinishedPrefix));
  if (launcher.account !== undefined) chownSync(unfinished, launcher.account.uid, launcher.account.gid);
  const failure = await launch(launcher, "initdb", initdbArguments(unfinished, durable), log).ended;
  if (failure !== undefined) {
    throw new EmbeddedPostgresError(`The database cannot be made in ${launcher.home}: ${failure}`);
  }
  try {
    renameSync(unfinished, cluster);
  } catch (error) {
    throw new EmbeddedPostgresError(`${cluster} is no database and in its way: ${systemReason(error)}.`);
  }
}

/** Trust is safe: only the account that runs the server, and root, can reach the socket. */
function initdbArguments(folder: string, durable: boolean): string[] {
  const locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
  const access = [`--username=${superuser}`, "--auth=trust"];
  return ["-D", folder, ...locale, ...access, ...(durable ? [] : ["--no-sync"])];
}

/** What a crash during initdb left behind. */
function removeUnfinished(home: string): void {
  for (const name of readdirSync(home)) {
    if (name.startsWith(unfinishedPrefix)) rmSync(join(home, name), { recursive: true, force: true });
  }
}
