import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DataFolderInUse, errorCode } from "./error.ts";
import { processIdentity } from "./process-identity.ts";

/**
 * Takes the data folder for this process and returns how to give it back. A lock whose process is gone is taken over.
 *
 * @throws DataFolderInUse while another server has it
 */
export function takeLock(dataDir: string): () => void {
  const lock = join(dataDir, "lock");
  const mine = `${lock}.${process.pid}`;
  writeFileSync(mine, `${process.pid}\n${processIdentity(process.pid)}\n`, { mode: 0o600 });
  try {
    removeIfStale(lock, dataDir);
    // A link appears at once with its content, and fails when someone else was quicker.
    linkSync(mine, lock);
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error;
    throw inUse(dataDir, readIfPresent(lock));
  } finally {
    rmSync(mine, { force: true });
  }
  return () => rmSync(lock, { force: true });
}

function removeIfStale(lock: string, dataDir: string): void {
  const seen = readIfPresent(lock);
  if (seen === undefined) return;
  if (isHeld(seen)) throw inUse(dataDir, seen);
  // Two servers may find the same stale lock: the later one must not take away what the earlier one has put there.
  const aside = `${lock}.${process.pid}.stale`;
  try {
    renameSync(lock, aside);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return;
    throw error;
  }
  if (readIfPresent(aside) !== seen) linkSync(aside, lock);
  rmSync(aside, { force: true });
}

function isHeld(content: string): boolean {
  const [pid, identity] = content.split("\n");
  return identity !== undefined && processIdentity(Number(pid)) === identity;
}

function inUse(dataDir: string, content = ""): DataFolderInUse {
  const [pid = ""] = content.split("\n");
  return new DataFolderInUse(
    `${dataDir} is in use by another server (process ${pid}): stop that one, or set TALLYSTICK_DATA_DIR to another folder.`,
  );
}

function readIfPresent(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}
