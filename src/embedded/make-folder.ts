import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { errorCode } from "./error.ts";

/**
 * Makes a folder, with those above it. Node's own `recursive` tries for ever where a folder is there and none can be made in
 * it, as in `/proc`.
 */
export function makeFolder(path: string, mode?: number): void {
  if (isMade(path, mode)) return;
  makeFolder(dirname(path), mode);
  mkdirSync(path, { mode });
}

/** Whether it is there now; false where the folder above it is missing. */
function isMade(path: string, mode: number | undefined): boolean {
  try {
    mkdirSync(path, { mode });
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return true;
    if (errorCode(error) === "ENOENT" && dirname(path) !== path) return false;
    throw error;
  }
}
