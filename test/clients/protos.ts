import { execFile, spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

/** Not the kind that blocks: the service runs in this process. */
const execute = promisify(execFile);

/** Whether a command runs here. */
export function isAtHand(command: string, ...args: string[]): boolean {
  return spawnSync(command, args).status === 0;
}

/** A folder of somebody's own, with the .proto files exported into it and a sample copied beside them. */
export async function newProject(sample: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "tallystick-project-"));
  const env = { ...process.env, PATH: `${resolve("node_modules/.bin")}:${process.env["PATH"]}` };
  await execute(process.execPath, ["scripts/protos.mjs", join(folder, "protos"), "example.com/billing/gen"], {
    env,
  });
  copyFileSync(join("examples", sample), join(folder, sample.replace(/.*\//, "")));
  return folder;
}

/** Runs a line in a shell, and answers what it printed. */
export async function shell(line: string, cwd: string, env: Record<string, string> = {}): Promise<string> {
  return (await execute("sh", ["-euc", line], { cwd, env: { ...process.env, ...env } })).stdout;
}
