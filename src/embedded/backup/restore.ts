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
import { type Binaries, findBinaries } from "../binaries.ts";
import { chooseLauncher } from "../choose-launcher.ts";
import { clusterFolder, unfinishedPrefix } from "../cluster.ts";
import { makeDataFolder } from "../embedded-postgres.ts";
import { EmbeddedPostgresError, systemReason } from "../error.ts";
import { clusterEntry, type Launcher } from "../launcher.ts";
import { takeLock } from "../lock.ts";
import { isRestoreUnfinished, markRestore, unmarkRestore } from "../unfinished-restore.ts";
import { copyFile, makePrivateFolder, syncFolder } from "./files.ts";
import { besideCluster, type Manifest, readManifest } from "./manifest.ts";

const clusterPath = /^postgres\//;

/**
 * Puts a backup into a data folder in which nothing is yet, or what a restore left there that did not end. The next start
 * carries out what was changed while it was made.
 *
 * @throws EmbeddedPostgresError where it is no backup, or not what was backed up, or where something is in the data folder
 */
export async function restoreBackup(backup: string, dataDir: string): Promise<Manifest> {
  const manifest = readManifest(backup);
  const binaries = findBinaries();
  refuseUnlessFree(dataDir);
  makeDataFolder(dataDir);
  const releaseLock = takeLock(dataDir);
  try {
    // Another may have been quicker.
    refuseUnlessFree(dataDir);
    await putAll(backup, manifest, binaries, dataDir);
    return manifest;
  } finally {
    releaseLock();
  }
}

function refuseUnlessFree(dataDir: string): void {
  if (!existsSync(dataDir) || isRestoreUnfinished(dataDir) || namesIn(dataDir).length === 0) return;
  throw new EmbeddedPostgresError(
    `${dataDir} is not empty, and nothing in it is written over: set TALLYSTICK_DATA_DIR to a folder that is not there yet.`,
  );
}

/** All but locks, which are of whoever works on it. */
function namesIn(dataDir: string): string[] {
  return readdirSync(dataDir).filter((name) => !/^lock(\.|$)/.test(name));
}

async function putAll(
  backup: string,
  manifest: Manifest,
  binaries: Binaries,
  dataDir: string,
): Promise<void> {
  try {
    await markRestore(dataDir);
    removeRestored(dataDir);
    await syncFolder(dataDir);
    await putCluster(backup, manifest, chooseLauncher(binaries, dataDir));
    for (const path of Object.keys(manifest.files).filter((each) => !clusterPath.test(each)))
      await copyWhole(backup, path, manifest, join(dataDir, path));
    await syncFolder(dataDir);
    unmarkRestore(dataDir);
    await syncFolder(dataDir);
  } catch (error) {
    removeRestored(dataDir);
    unmarkRestore(dataDir);
    throw error instanceof EmbeddedPostgresError
      ? error
      : new EmbeddedPostgresError(`${backup} cannot be restored: ${systemReason(error)}.`);
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

/** What a restore that failed, or did not end, has put into a folder in which nothing was. */
function removeRestored(dataDir: string): void {
  const entry = clusterEntry(dataDir);
  // It leads to a folder of the system user's.
  if (lstatSync(entry, { throwIfNoEntry: false })?.isSymbolicLink() === true)
    rmSync(dirname(readlinkSync(entry)), { recursive: true, force: true });
  const made = (name: string) =>
    entry === join(dataDir, name) || name.startsWith(unfinishedPrefix) || besideCluster.includes(name);
  for (const name of namesIn(dataDir).filter(made))
    rmSync(join(dataDir, name), { recursive: true, force: true });
}
