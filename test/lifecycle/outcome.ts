import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommandLine } from "../../src/cli/command-line.ts";
import { outcomeOf, startProgram } from "./program.ts";

/** Runs the command line to its end. */
export type RunToEnd = (
  args: readonly string[],
  settings?: Record<string, string>,
) => Promise<{ code: number | NodeJS.Signals; stdout: string; stderr: string }>;

/** The built program, as an operator does. */
export const byProgram: RunToEnd = (args, settings) => outcomeOf(startProgram(args, settings));

/** The same without a process of its own, which costs most of a short command. No signal reaches it. */
export const inProcess: RunToEnd = async (args, settings) => {
  const folder = mkdtempSync(join(tmpdir(), "tallystick-outcome-"));
  const file = join(folder, "stderr");
  // A file, as the log wants a descriptor.
  const fd = openSync(file, "w");
  const printed: string[] = [];
  try {
    const code = await runCommandLine(args, {
      env: { LOG_FORMAT: "json", ...settings },
      stdout: { write: (text) => printed.push(text) },
      stderr: { fd, write: (text) => writeSync(fd, text) },
      on: () => undefined,
    });
    return { code, stdout: printed.join(""), stderr: readFileSync(file, "utf8") };
  } finally {
    closeSync(fd);
    rmSync(folder, { recursive: true });
  }
};
