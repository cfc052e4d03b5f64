import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Binaries } from "./binaries.ts";
import type { Launcher } from "./launcher.ts";

/**
 * Root under another name: in a user namespace the programs see an ordinary user, while outside every file stays root's.
 * Undefined where the system does not allow it, or where root without its privileges cannot reach the folders (they may
 * lie in the closed home of another user).
 */
export function inUserNamespace(binaries: Binaries, dataDir: string): Launcher | undefined {
  const account = someOrdinaryAccount();
  if (account === undefined) return undefined;
  const prefix = ["unshare", `--map-user=${account.uid}`, `--map-group=${account.gid}`, "--"];
  const reachable = [
    "sh",
    "-c",
    'test -x "$0" && test -w "$1"',
    join(binaries.folder, "bin", "postgres"),
    dataDir,
  ];
  const [command = "", ...args] = [...prefix, ...reachable];
  const probe = spawnSync(command, args, { cwd: "/", stdio: "ignore" });
  return probe.status === 0 ? { binaries, prefix, account: undefined, home: dataDir } : undefined;
}

/** Any account but root's: initdb wants to find a name for the user that it runs as. */
function someOrdinaryAccount(): { uid: string; gid: string } | undefined {
  for (const line of readFileSync("/etc/passwd", "utf8").split("\n")) {
    const [, , uid, gid] = line.split(":");
    if (uid !== undefined && gid !== undefined && /^[1-9]\d*$/.test(uid)) return { uid, gid };
  }
  return undefined;
}
