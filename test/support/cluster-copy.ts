import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findBinaries } from "../../src/embedded/binaries.ts";
import { chooseLauncher } from "../../src/embedded/choose-launcher.ts";
import { clusterFolder, makeCluster } from "../../src/embedded/cluster.ts";
import { clusterEntry, hasCluster } from "../../src/embedded/launcher.ts";
import { makeFolder } from "../../src/embedded/make-folder.ts";

/** The environment variable that names the folder that is copied. */
const variable = "TEST_CLUSTER";

/** Makes what a first start makes of an embedded PostgreSQL, for the global set-up. */
export async function makeClusterToCopy(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), "tallystick-cluster-"));
  const launcher = chooseLauncher(findBinaries(), dataDir);
  await makeCluster(launcher, false, () => undefined);
  // A system user's lies in a folder of its own, and each start makes one there.
  if (launcher.home === dataDir) process.env[variable] = clusterFolder(launcher);
}

/**
 * Makes a data folder that has had its first start, for who tests what comes later: initdb takes half a second of a
 * processor. Where there is none to copy, or one there already, the folder stays as it is.
 */
export function copyCluster(dataDir: string): void {
  const cluster = process.env[variable];
  if (cluster === undefined || hasCluster(dataDir)) return;
  makeFolder(dataDir, 0o700);
  execFileSync("cp", ["-a", cluster, clusterEntry(dataDir)]);
}
