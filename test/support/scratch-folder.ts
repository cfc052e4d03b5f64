import { chmodSync, existsSync, mkdtempSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const memoryFolder = "/dev/shm";
/** Far more than a run writes. A container's default is less. */
const memoryBytesMin = 4 * 2 ** 30;

/**
 * One folder for whatever the tests and their child processes write, which goes with it at the end. It lies in memory
 * where the system offers enough of that: a database is some 350 files, and a disk takes most of the time of making it.
 */
export function makeScratchFolder(): { readonly remove: () => void } {
  const folder = mkdtempSync(join(hasMemoryFolder() ? memoryFolder : tmpdir(), "tallystick-test-"));
  // Root hands folders in it to a system user.
  chmodSync(folder, 0o711);
  process.env["TMPDIR"] = folder;
  return { remove: () => rmSync(folder, { recursive: true, force: true }) };
}

function hasMemoryFolder(): boolean {
  if (!existsSync(memoryFolder)) return false;
  const { bavail, bsize } = statfsSync(memoryFolder);
  return bavail * bsize >= memoryBytesMin;
}
