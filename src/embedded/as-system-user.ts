import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readlinkSync,
  renameSync,
  symlinkSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { Binaries } from "./binaries.ts";
import { EmbeddedPostgresError } from "./error.ts";
import { type Account, clusterEntry, type Launcher } from "./launcher.ts";
import { makeFolder } from "./make-folder.ts";

const userName = "tallystick";
const folder = "/var/lib/tallystick";

/**
 * Root hands the cluster to a system user, in a folder that this user can reach wherever the data folder lies. A link
 * in the data folder leads there: who deletes the data folder begins afresh, and who moves it keeps the data.
 *
 * @throws EmbeddedPostgresError when there is no such user and none can be made, or when the data belong to another
 */
export function asSystemUser(binaries: Binaries, dataDir: string): Launcher {
  const entry = clusterEntry(dataDir);
  const known = knownHome(entry);
  const account = systemUser();
  const home = known ?? makeHome(entry, account);
  return { binaries: reachableBinaries(binaries, account), prefix: [], account, home };
}

function systemUser(): Account {
  const known = accountByName();
  if (known !== undefined) return known;
  const shape = [
    "--system",
    "--user-group",
    "--no-create-home",
    "--home-dir",
    folder,
    "--shell",
    "/usr/sbin/nologin",
  ];
  const made = spawnSync("useradd", [...shape, userName], { encoding: "utf8" });
  const account = accountByName();
  if (account !== undefined) return account;
  const reason = made.error?.message ?? made.stderr.trim().replaceAll("\n", " ");
  throw new EmbeddedPostgresError(
    `PostgreSQL does not run as root, and the system user ${userName} cannot be made (${reason}): start as an ordinary user, or set DATABASE_URL.`,
  );
}

function accountByName(): Account | undefined {
  try {
    const id = (flag: string) =>
      Number(execFileSync("id", [flag, userName], { stdio: ["ignore", "pipe", "ignore"] }));
    return { uid: id("-u"), gid: id("-g") };
  } catch {
    return undefined;
  }
}

/** The folder that an earlier start has made for this data folder. */
function knownHome(entry: string): string | undefined {
  const stat = lstatSync(entry, { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  if (!stat.isSymbolicLink()) {
    const remedy = stat.uid === 0 ? "allow user namespaces, with which it was made" : "start as that user";
    throw new EmbeddedPostgresError(
      `${entry} belongs to user ${stat.uid}, and root cannot run PostgreSQL on it here: ${remedy}, set TALLYSTICK_DATA_DIR to another folder, or set DATABASE_URL.`,
    );
  }
  const home = dirname(readlinkSync(entry));
  if (existsSync(home)) return home;
  throw new EmbeddedPostgresError(
    `${entry} leads to ${home}, which is gone: remove the link to begin afresh.`,
  );
}

function makeHome(entry: string, account: Account): string {
  makeFolder(folder);
  // Root's umask may be strict, but the user has to get through.
  chmodSync(folder, 0o755);
  const home = mkdtempSync(join(folder, "data-"));
  chownSync(home, account.uid, account.gid);
  symlinkSync(join(home, "postgres"), entry);
  return home;
}

/** The programs where npm put them, or a copy when the user cannot run those. */
function reachableBinaries(binaries: Binaries, account: Account): Binaries {
  const runs =
    spawnSync(join(binaries.folder, "bin", "initdb"), ["--version"], { ...account, cwd: "/" }).status === 0;
  if (runs) return binaries;
  const copy = join(folder, `postgres-${binaries.version}`);
  if (!existsSync(copy)) {
    const unfinished = mkdtempSync(`${copy}.`);
    cpSync(binaries.folder, unfinished, { recursive: true, verbatimSymlinks: true });
    execFileSync("chmod", ["-R", "a+rX", unfinished]);
    renameSync(unfinished, copy);
  }
  return { ...binaries, folder: copy };
}
