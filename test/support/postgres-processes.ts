import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Every process of a PostgreSQL, each of which stands still. */
export interface StoppedProcesses {
  /** Lets them go on by SIGCONT, or ends them by SIGKILL. */
  signal(name: "SIGCONT" | "SIGKILL"): void;
}

/** Stops every process of the PostgreSQL on a data directory: the postmaster first, which then makes no more of them. */
export function stopProcesses(dataDirectory: string): StoppedProcesses {
  const postmaster = Number.parseInt(readFileSync(join(dataDirectory, "postmaster.pid"), "utf8"), 10);
  signal(postmaster, "SIGSTOP");
  const processes = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  const pids = [postmaster, ...processes.filter((pid) => parentOf(pid) === postmaster)];
  const signalAll = (name: NodeJS.Signals) => {
    for (const pid of pids) signal(pid, name);
  };
  signalAll("SIGSTOP");
  return { signal: signalAll };
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended meanwhile.
  }
}

function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(/^\d+ \(.*\) \S (\d+)/s.exec(stat)?.[1]);
  } catch {
    return undefined;
  }
}
