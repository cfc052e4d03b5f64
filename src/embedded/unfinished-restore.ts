import { existsSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { EmbeddedPostgresError } from "./error.ts";

/** It is in a data folder from before the first file of a backup is put there until all of them are on disk. */
function marker(dataDir: string): string {
  return join(dataDir, "restoring");
}

export async function markRestore(dataDir: string): Promise<void> {
  const handle = await open(marker(dataDir), "w", 0o600);
  await handle.sync();
  await handle.close();
}

export function unmarkRestore(dataDir: string): void {
  rmSync(marker(dataDir), { force: true });
}

export function isRestoreUnfinished(dataDir: string): boolean {
  return existsSync(marker(dataDir));
}

/** @throws EmbeddedPostgresError where not all of a backup is there: what is would pass for a ledger, or for none yet */
export function refuseUnfinishedRestore(dataDir: string): void {
  if (!isRestoreUnfinished(dataDir)) return;
  throw new EmbeddedPostgresError(
    `A restore into ${dataDir} has not ended: wait for it, or where it runs no more, run \`tallystick restore\` again, or empty the folder to begin afresh.`,
  );
}
