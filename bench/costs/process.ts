import { readdirSync, readFileSync } from "node:fs";

/** What Linux tells of processes. Elsewhere every figure is NaN. */

const msPerTick = 10;

/** Processor time of a process with all its threads, in milliseconds. */
export function processorMs(pid: number): number {
  return statOf(pid)?.ownMs ?? Number.NaN;
}

/**
 * Processor time of a process and of its children, in milliseconds. Those that have ended are in what the kernel adds to
 * the parent that waited for them, so nothing is lost when a child ends within a stretch.
 */
export function familyProcessorMs(pid: number): number {
  const parent = statOf(pid);
  if (parent === undefined) return Number.NaN;
  const children = childrenOf(pid).map((child) => statOf(child)?.ownMs ?? 0);
  return children.reduce((sum, ms) => sum + ms, parent.ownMs + parent.endedChildrenMs);
}

function childrenOf(pid: number): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((each) => statOf(each)?.parentPid === pid);
}

export function parentOf(pid: number): number {
  return statOf(pid)?.parentPid ?? Number.NaN;
}

/** Resident memory of a process and of its children, in megabytes. */
export function familyResidentMb(pid: number): number {
  return [pid, ...childrenOf(pid)].reduce((sum, each) => sum + residentMb(each), 0);
}

function residentMb(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`) ?? "")?.[1];
  return Number(kilobytes ?? Number.NaN) / 1_024;
}

interface Stat {
  readonly parentPid: number;
  readonly ownMs: number;
  readonly endedChildrenMs: number;
}

/** Fields 4 and 14 to 17 of proc_pid_stat(5), counted behind the program's name. */
function statOf(pid: number): Stat | undefined {
  const fields = read(`/proc/${pid}/stat`)?.split(") ").at(-1)?.split(" ").map(Number);
  if (fields === undefined) return undefined;
  const [user = 0, system = 0, childrenUser = 0, childrenSystem = 0] = fields.slice(11, 15);
  return {
    parentPid: fields[1] ?? Number.NaN,
    ownMs: (user + system) * msPerTick,
    endedChildrenMs: (childrenUser + childrenSystem) * msPerTick,
  };
}

/** Undefined where the process has ended. */
function read(path: string): string | undefined {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return undefined;
  }
}
