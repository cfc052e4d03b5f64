import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Launcher } from "./launcher.ts";

const linesKeptMax = 20;
const reasonCharactersMax = 300;

/** One of PostgreSQL's programs while it runs. */
export interface Program {
  /** When it and all its children are gone: undefined after success, else the reason in one line. */
  readonly ended: Promise<string | undefined>;
  signal(signal: NodeJS.Signals): void;
}

export function launch(
  launcher: Launcher,
  program: "initdb" | "postgres",
  args: readonly string[],
  log: (line: string) => void,
): Program {
  const [command = "", ...rest] = [
    ...launcher.prefix,
    join(launcher.binaries.folder, "bin", program),
    ...args,
  ];
  const child = spawn(command, rest, {
    // A session of its own, so that Ctrl-C in the terminal does not reach the database before the server has drained.
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    // The caller's folder may be closed to the account, and its PG… variables are not meant for this database.
    cwd: "/",
    env: { PATH: process.env["PATH"], LC_ALL: "C", TZ: "UTC" },
    ...launcher.account,
  });
  const lines: string[] = [];
  const keep = (line: string) => {
    lines.push(line);
    if (lines.length > linesKeptMax) lines.shift();
    log(line);
  };
  createInterface({ input: child.stdout }).on("line", keep);
  createInterface({ input: child.stderr }).on("line", keep);
  child.on("error", (error) => keep(`ERROR: ${error.message}`));

  // A process of ours that ends in any way but SIGKILL takes the database with it.
  const stopWithUs = () => child.kill("SIGINT");
  process.once("exit", stopWithUs);
  const ended = new Promise<string | undefined>((resolve) => {
    child.once("close", (code, signal) => {
      process.off("exit", stopWithUs);
      resolve(code === 0 ? undefined : `${program} ended with ${signal ?? `code ${code}`}: ${reason(lines)}`);
    });
  });
  return { ended, signal: (signal) => void child.kill(signal) };
}

/** The last line that names an error, from there on; the last line where none does. */
function reason(lines: readonly string[]): string {
  const errors = lines.flatMap((line) => /\b(?:FATAL|PANIC|ERROR|error):.*/.exec(line) ?? []);
  return (errors.at(-1) ?? lines.at(-1) ?? "no output").slice(0, reasonCharactersMax);
}
