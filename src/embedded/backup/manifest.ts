import { readFileSync } from "node:fs";
import { join } from "node:path";
import { EmbeddedPostgresError } from "../error.ts";
import type { FileFacts } from "./files.ts";

export const manifestName = "manifest.json";

/** What of a data folder is in a backup beside the cluster, where it is there. */
export const besideCluster: readonly string[] = ["credential.json"];

/** Without these PostgreSQL does not recover, or recovers what is not whole. */
const needed = ["postgres/PG_VERSION", "postgres/backup_label", "postgres/global/pg_control"];

/** What is in a backup: everything but itself. */
export interface Manifest {
  /** Until when what was acknowledged is in it, by the clock of its machine. */
  readonly end: string;
  readonly folders: readonly string[];
  readonly files: Readonly<Record<string, FileFacts>>;
}

/**
 * Whoever made the backup, nothing that it names lies outside of the folder into which it is restored.
 *
 * @throws EmbeddedPostgresError where the folder is no backup, or not a whole one
 */
export function readManifest(backup: string): Manifest {
  const manifest = parsed(join(backup, manifestName));
  if (isManifest(manifest)) return manifest;
  throw new EmbeddedPostgresError(
    `${backup} is no backup: it has no ${manifestName} as \`tallystick backup\` writes it last.`,
  );
}

function parsed(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    // What is wrong with it is of no help to anybody.
    return undefined;
  }
}

function isManifest(value: unknown): value is Manifest {
  if (!isRecord(value)) return false;
  const { end, folders, files } = value;
  return (
    isTime(end) &&
    Array.isArray(folders) &&
    folders.every((path) => path === "postgres" || isInCluster(path)) &&
    isRecord(files) &&
    Object.entries(files).every(
      ([path, facts]) => (besideCluster.includes(path) || isInCluster(path)) && isFacts(facts),
    ) &&
    needed.every((path) => Object.hasOwn(files, path))
  );
}

function isInCluster(path: unknown): boolean {
  if (typeof path !== "string" || /[\\\p{Cc}]/u.test(path)) return false;
  // Of the run that was backed up: it names a process and a folder that the next start removes.
  if (path === "postgres/postmaster.pid") return false;
  const [first, ...below] = path.split("/");
  return first === "postgres" && below.length > 0 && !below.some((name) => ["", ".", ".."].includes(name));
}

function isFacts(value: unknown): value is FileFacts {
  if (!isRecord(value)) return false;
  const { bytes, sha256 } = value;
  return Number.isSafeInteger(bytes) && typeof sha256 === "string" && /^[0-9a-f]{64}$/.test(sha256);
}

function isTime(value: unknown): value is string {
  if (typeof value !== "string" || Number.isNaN(Date.parse(value))) return false;
  return new Date(value).toISOString() === value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
