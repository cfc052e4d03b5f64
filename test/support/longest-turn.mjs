/**
 * Loaded before a program (node --import), this measures for how long its thread works before it looks around again, which
 * is what everybody else waits for: in processor time, so that what else the machine does makes no difference. At each
 * SIGUSR2 it says the longest since the last one.
 */
import { readFileSync } from "node:fs";

const workedMs = () =>
  Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, "utf8").split(" ", 1)) / 1e6;

let lastMs = workedMs();
let longestMs = 0;
let told = 0;
setInterval(() => {
  const nowMs = workedMs();
  longestMs = Math.max(longestMs, nowMs - lastMs);
  lastMs = nowMs;
}, 2).unref();

process.on("SIGUSR2", () => {
  told += 1;
  process.stderr.write(`longest turn ${told}: ${longestMs} ms\n`);
  longestMs = 0;
});
