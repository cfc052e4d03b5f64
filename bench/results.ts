import { mkdirSync, writeFileSync } from "node:fs";
import { arch, cpus, platform, totalmem } from "node:os";
import { resolve } from "node:path";

/** Writes what a run came to as JSON, with the machine it came from, and answers the file's path. */
export function writeResults(run: object): string {
  const date = new Date().toISOString();
  const machine = {
    cpu: cpus()[0]?.model ?? "",
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${arch()}`,
    node: process.version,
  };
  mkdirSync("bench/results", { recursive: true });
  const path = resolve("bench/results", `${date.replaceAll(":", "-")}.json`);
  writeFileSync(path, `${JSON.stringify({ date, machine, ...run }, null, 2)}\n`);
  return path;
}
