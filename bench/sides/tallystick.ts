import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** The service as it is shipped, in a process of its own. */
export interface Tallystick {
  readonly port: number;
  /** The value of an Authorization header of a platform admin. */
  readonly authorization: string;
  /** Resident memory, in megabytes. */
  rssMb(): number;
  /** Processor time that it has used, in milliseconds. */
  cpuMs(): number;
  stop(): Promise<void>;
}

const admin = { id: "bench", secret: "bench-secret-of-one-run" };

/** Starts it on a database and waits until it listens. With a `profile` folder it profiles itself. */
export async function startTallystick(databaseUrl: string, profile: string): Promise<Tallystick> {
  const program = fileURLToPath(new URL("../../src/cli/tallystick.js", import.meta.url));
  const profiler = profile === "" ? [] : ["--cpu-prof", `--cpu-prof-dir=${profile}`];
  const child = spawn(process.execPath, [...profiler, program, "serve"], {
    stdio: ["ignore", "ignore", "pipe"],
    env: {
      ...process.env,
      DATABASE_URL: databaseUrl,
      HOST: "127.0.0.1",
      PORT: "0",
      TALLYSTICK_ADMIN_CLIENT_ID: admin.id,
      TALLYSTICK_ADMIN_CLIENT_SECRET: admin.secret,
      LOG_FORMAT: "json",
    },
  });
  const port = await listening(child);
  return {
    port,
    authorization: `Basic ${Buffer.from(`${admin.id}:${admin.secret}`).toString("base64")}`,
    rssMb: () => rssMb(child.pid),
    cpuMs: () => cpuMs(child.pid),
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

/** As Linux tells it; NaN elsewhere. */
function rssMb(pid: number | undefined): number {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1];
    return Number(kilobytes) / 1_024;
  } catch {
    return Number.NaN;
  }
}

/** As Linux tells it, in ticks of ten milliseconds; NaN elsewhere. */
function cpuMs(pid: number | undefined): number {
  try {
    const [, fields = ""] = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ");
    const [user, system] = fields.split(" ").slice(11, 13);
    return (Number(user) + Number(system)) * 10;
  } catch {
    return Number.NaN;
  }
}
