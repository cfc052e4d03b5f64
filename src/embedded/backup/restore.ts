import {
  chownSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { findBinaries } from "../binaries.ts";
import { chooseLauncher } from "../choose-launcher.ts";
import { clusterFolder, unfinishedPrefix } from "../cluster.ts";
import { makeDataFolder } from "../embedded-postgres.ts";
import { EmbeddedPostgresError, systemReason } from "../error.ts";
import { clusterEntry, type Launcher } from "../launcher.ts";
import { takeLock } from "../lock.ts";
import { copyFile, makePrivateFolder, syncFolder } from "./files.ts";
import { type Manifest, readManifest } from "./manifest.ts";

const clusterPath = /^postgres\//;

/**
 * Puts a backup into a data folder in which nothing is yet. The next start carries out what was changed while it was made.
 *
 * @throws EmbeddedPostgresError where it is no backup, or not what was backed up, or where something is in the data folder
 */
export async function restoreBackup(backup: string, dataDir: string): Promise<Manifest> {
  const manifest = readManifest(backup);
  const binaries = findBinaries();
  if (existsSync(dataDir) && readdirSync(dataDir).length > 0)
    throw new EmbeddedPostgresError(
      `${dataDir} is not empty, and nothing in it is written over: set TALLYSTICK_DATA_DIR to a folder that is not there yet.`,
    );
  makeDataFolder(dataDir);
  const releaseLock = takeLock(dataDir);
  try {
    const launcher = chooseLauncher(binaries, dataDir);
    await putCluster(backup, manifest, launcher);
    for (const path of Object.keys(manifest.files).filter((each) => !clusterPath.test(each)))
      await copyWhole(backup, path, manifest, join(dataDir, path));
    await syncFolder(dataDir);
    return manifest;
  } catch (error) {
    removeAll(dataDir);
    throw error instanceof EmbeddedPostgresError
      ? error
      : new EmbeddedPostgresError(`${backup} cannot be restored: ${systemReason(error)}.`);
  } finally {
    releaseLock();
  }
}

async function putCluster(backup: string, manifest: Manifest, launcher: Launcher): Promise<void> {
  const unfinished = mkdtempSync(join(launcher.home, unfinishedPrefix));
  const own = (path: string) => {
    if (launcher.account !== undefined) chownSync(path, launcher.account.uid, launcher.account.gid);
  };
  try {
    own(unfinished);
    const placeOf = (path: string) => join(unfinished, path.replace(clusterPath, ""));
    const folders = manifest.folders.filter((each) => clusterPath.test(each)).map(placeOf);
    for (const folder of folders) {
      makePrivateFolder(folder);
      own(folder);
    }
    for (const path of Object.keys(manifest.files).filter((each) => clusterPath.test(each))) {
      await copyWhole(backup, path, manifest, placeOf(path));
      own(placeOf(path));
    }
    for (const folder of [...folders, unfinished]) await syncFolder(folder);
    renameSync(unfinished, clusterFolder(launcher));
    await syncFolder(launcher.home);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    throw error;
  }
}

async function copyWhole(backup: string, path: string, { files }: Manifest, to: string): Promise<void> {
  const from = join(backup, path);
  const expected = files[path];
  if (lstatSync(from, { throwIfNoEntry: false })?.isFile() === true) {
    const { bytes, sha256 } = await copyFile(from, to);
    if (bytes === expected?.bytes && sha256 === expected.sha256) return;
  }
  throw new EmbeddedPostgresError(
    `${backup} is damaged: ${path} is not what was backed up. Take another backup.`,
  );
}

/** What a restore that failed has made in a folder in which nothing was. */
function removeAll(dataDir: string): void {
  const entry = clusterEntry(dataDir);
  // It leads to a folder of the system user's.
  if (lstatSync(entry, { throwIfNoEntry: false })?.isSymbolicLink() === true)
    rmSync(dirname(readlinkSync(entry)), { recursive: true, force: true });
  for (const name of readdirSync(dataDir))
    if (name !== "lock") rmSync(join(dataDir, name), { recursive: true, force: true });
}
