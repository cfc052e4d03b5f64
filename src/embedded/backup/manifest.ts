import { readFileSync } from "node:fs";
import { join } from "node:path";
import { EmbeddedPostgresError } from "../error.ts";
import type { FileFacts } from "./files.ts";

export const manifestName = "manifest.json";

/** What is in a backup: everything but itself. */
export interface Manifest {
  /** Until when what was acknowledged is in it, by the clock of its machine. */
  readonly end: string;
  readonly folders: readonly string[];
  readonly files: Readonly<Record<string, FileFacts>>;
}

/** @throws EmbeddedPostgresError where the folder is no backup, or not a whole one */
export function readManifest(backup: string): Manifest {
  try {
    const { end, folders, files } = JSON.parse(readFileSync(join(backup, manifestName), "utf8"));
    if (typeof end === "string" && Array.isArray(folders) && typeof files === "object")
      return { end, folders, files };
  } catch {
    // What is wrong with it is of no help to anybody.
  }
  throw new EmbeddedPostgresError(
    `${backup} is no backup: it has no ${manifestName} as \`tallystick backup\` writes it last.`,
  );
}
