import { readFileSync } from "node:fs";

/** USER_HZ, the same on every machine that Node runs on. */
const ticksPerSecond = 100;

/** Processor seconds of this process and of those that it has waited for; undefined where the system does not tell. */
export function processorSeconds(): number | undefined {
  if (process.platform !== "linux") return undefined;
  const stat = readFileSync("/proc/self/stat", "utf8");
  // utime, stime, cutime and cstime (proc(5)), counted from behind the name, which may have spaces in it.
  const ticks = stat.slice(stat.lastIndexOf(")")).split(" ").slice(12, 16).map(Number);
  return ticks.reduce((sum, each) => sum + each, 0) / ticksPerSecond;
}
