import { existsSync, lstatSync } from "node:fs";
import { join } from "node:path";
import type { Binaries } from "./binaries.ts";
import { refuseUnfinishedRestore } from "./unfinished-restore.ts";

/** Who PostgreSQL's programs run as, and where the cluster of that account lies. */
export interface Launcher {
  readonly binaries: Binaries;
  /** What stands before a program on its command line. */
  readonly prefix: readonly string[];
  /** The account to switch to, and the owner of all its folders; undefined to stay the calling user. */
  readonly account: Account | undefined;
  /** The folder that the cluster's folder is made in. */
  readonly home: string;
}

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** The link or folder in the data folder under which the cluster is found. */
export function clusterEntry(dataDir: string): string {
  return join(dataDir, "postgres");
}

/**
 * Whether an earlier start has made the cluster of a data folder.
 *
 * @throws EmbeddedPostgresError where a restore into it has not ended
 */
export function hasCluster(dataDir: string): boolean {
  refuseUnfinishedRestore(dataDir);
  const isFolder = existsSync(`${dataDir}/`);
  return isFolder && lstatSync(clusterEntry(dataDir), { throwIfNoEntry: false }) !== undefined;
}
