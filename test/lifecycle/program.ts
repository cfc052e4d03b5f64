import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { setTimeout } from "node:timers/promises";

const pollMs = 20;

/** The built program in a process of its own. */
export interface Program {
  readonly pid: number;
  /** What it has written so far. */
  readonly stdout: string;
  readonly stderr: string;
  /** The exit code, or the signal that ended it, when all its output has been read. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** Waits until a text that it wrote to standard output or error matches. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
  kill(signal: NodeJS.Signals): void;
}

/** Runs the command line that is built in a folder with these arguments, and with these settings and no others. */
export function startProgram(
  args: readonly string[],
  settings: Record<string, string> = {},
  folder = ".",
): Program {
  const file = resolve(folder, "dist/bin/tallystick.js");
  if (!existsSync(file))
    throw new Error(`${file} is missing: npm run build makes it, and npm test does so first.`);
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, [file, ...args], {
    env: { PATH, HOME, LOG_FORMAT: "json", ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (text) => {
      output[stream] += text;
    });
  }
  let outcome: number | NodeJS.Signals | undefined;
  const ended = new Promise<number | NodeJS.Signals>((done, failed) => {
    child.once("error", failed);
    child.once("close", (code, signal) => {
      outcome = code ?? signal ?? 0;
      done(outcome);
    });
  });
  return {
    pid: child.pid ?? 0,
    get stdout() {
      return output.stdout;
    },
    get stderr() {
      return output.stderr;
    },
    ended,
    async until(pattern) {
      for (;;) {
        const over = outcome !== undefined;
        const match = pattern.exec(`${output.stdout}\n${output.stderr}`);
        if (match !== null) return match;
        if (over) throw new Error(`ended with ${outcome} before ${pattern}: ${output.stderr}`);
        await setTimeout(pollMs);
      }
    },
    kill: (signal) => void child.kill(signal),
  };
}

/** What a program came to. */
export async function outcomeOf(program: Program) {
  const code = await program.ended;
  return { code, stdout: program.stdout, stderr: program.stderr };
}
