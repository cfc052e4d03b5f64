import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Target } from "../load/driver.ts";

/** The service as it is shipped, in a process of its own. */
export interface Tallystick extends Target {
  /** @throws an Error where the service's own audit finds anything */
  verify(): Promise<void>;
  stop(): Promise<void>;
}

/** The folder that this program was built in. */
export const thisCheckout = fileURLToPath(new URL("../../../", import.meta.url));

/** The program of a checkout, where it was built. */
export function programOf(checkout: string): string {
  const { bin } = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8"));
  return join(checkout, bin.tallystick);
}

/** So that the program, which is started as operators start it, runs in the node that the bench runs in. */
function pathToThisNode(): string {
  return [dirname(process.execPath), process.env["PATH"]].join(delimiter);
}

const admin = { id: "bench", secret: "bench-secret-of-one-run" };

export interface ServerOptions {
  /** The folder of a built checkout. */
  readonly checkout: string;
  /** Processes by which it serves. */
  readonly workers: number;
  /** Where it writes a CPU profile when it ends; empty for nowhere. */
  readonly profile: string;
  /** Settings beside those that every run has. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Starts a built checkout on a database and waits until it listens. */
export async function startTallystick(databaseUrl: string, options: ServerOptions): Promise<Tallystick> {
  const { checkout, workers, profile, settings } = options;
  const program = programOf(checkout);
  const env = { ...process.env, PATH: pathToThisNode(), DATABASE_URL: databaseUrl };
  // Node takes no profiler from its environment.
  const profiler = ["--cpu-prof", `--cpu-prof-dir=${profile}`];
  const [file, args] = profile === "" ? [program, []] : [process.execPath, [...profiler, program]];
  const child = spawn(file, [...args, "serve"], {
    stdio: ["ignore", "ignore", "pipe"],
    env: {
      ...env,
      HOST: "127.0.0.1",
      PORT: "0",
      TALLYSTICK_WORKERS: String(workers),
      TALLYSTICK_ADMIN_CLIENT_ID: admin.id,
      TALLYSTICK_ADMIN_CLIENT_SECRET: admin.secret,
      LOG_FORMAT: "json",
      ...settings,
    },
  });
  return {
    port: await listening(child),
    authorization: `Basic ${Buffer.from(`${admin.id}:${admin.secret}`).toString("base64")}`,
    pid: child.pid ?? 0,
    verify: () => verify(program, env),
    stop: async () => {
      if (child.exitCode !== null) return;
      const ended = once(child, "exit");
      child.kill();
      await ended;
    },
  };
}

async function listening(child: ChildProcess): Promise<number> {
  if (child.stderr === null) throw new Error("the server has no log");
  const lines = createInterface({ input: child.stderr });
  return new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`the server ended with ${code} before it listened`)));
    lines.on("line", (line) => {
      const port = /"port":(\d+),"msg":"ready"/.exec(line)?.[1];
      if (port !== undefined) resolve(Number(port));
      else if (/"level":[56]0/.test(line)) process.stderr.write(`${line}\n`);
    });
  });
}

/** By the command line, which has no deadline, however much a run has written. */
async function verify(program: string, env: NodeJS.ProcessEnv): Promise<void> {
  await promisify(execFile)(process.execPath, [program, "verify"], { env }).catch(
    (error: { stdout?: string; stderr?: string }) => {
      throw new Error(`the books do not balance: ${error.stdout ?? ""}${error.stderr ?? ""}`);
    },
  );
}
