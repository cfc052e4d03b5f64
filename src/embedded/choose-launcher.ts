import { lstatSync } from "node:fs";
import { asCallingUser } from "./as-calling-user.ts";
import { asSystemUser } from "./as-system-user.ts";
import type { Binaries } from "./binaries.ts";
import { inUserNamespace } from "./in-user-namespace.ts";
import { clusterEntry, type Launcher } from "./launcher.ts";

/**
 * PostgreSQL refuses to run as root, so root needs a way around. Once a system user owns the cluster it stays with that
 * user, also where a user namespace would be allowed later.
 */
export function chooseLauncher(binaries: Binaries, dataDir: string): Launcher {
  if (process.geteuid?.() !== 0) return asCallingUser(binaries, dataDir);
  const ownedBySystemUser =
    lstatSync(clusterEntry(dataDir), { throwIfNoEntry: false })?.isSymbolicLink() === true;
  return (
    (ownedBySystemUser ? undefined : inUserNamespace(binaries, dataDir)) ?? asSystemUser(binaries, dataDir)
  );
}
