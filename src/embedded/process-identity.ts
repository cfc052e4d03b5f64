import { spawnSync } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";

/**
 * What tells this process from a later one with the same pid: when it began. Undefined when no such process lives; one
 * that has ended and only waits for its parent to notice counts as gone.
 */
export function processIdentity(pid: number): string | undefined {
  if (process.platform !== "linux") return ps(pid, "lstart");
  const stat = readIfPresent(`/proc/${pid}/stat`);
  // The second field is the program's name in brackets and may hold anything; proc(5) numbers the state 3, the start 22.
  const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (fields === undefined || fields[0] === "Z") return undefined;
  return `${readIfPresent("/proc/sys/kernel/random/boot_id")?.trim()}:${fields[19]}`;
}

/** The command line of a live process, its arguments parted by single blanks. */
export function processCommand(pid: number): string | undefined {
  if (process.platform !== "linux") return ps(pid, "command");
  return readIfPresent(`/proc/${pid}/cmdline`)?.replaceAll("\0", " ");
}

/** The folder that a live process is in; undefined where the system does not tell. */
export function processFolder(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

function ps(pid: number, column: string): string | undefined {
  const { stdout } = spawnSync("ps", ["-ww", "-o", `${column}=`, "-p", String(pid)], { encoding: "utf8" });
  return stdout.trim() || undefined;
}

function readIfPresent(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
