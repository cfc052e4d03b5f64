import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { copyCluster } from "../support/cluster-copy.ts";
import { basic } from "../support/service.ts";
import { type Program, startProgram } from "./program.ts";

const started = new Set<Program>();
const folders: string[] = [];

/** The server on any free port. What still runs when a test ends is killed by `endServers`. */
export function startServer(settings: Record<string, string>, folder?: string): Program {
  const server = startProgram(["serve"], { PORT: "0", ...settings }, folder);
  started.add(server);
  server.ended.finally(() => started.delete(server));
  return server;
}

/** Waits until the server listens, and returns where: `http://127.0.0.1:port`. */
export async function ready(server: Program): Promise<string> {
  const [, port] = await server.until(/"port":(\d+),"msg":"ready"/);
  return `http://127.0.0.1:${port}`;
}

export async function end(server: Program, signal: NodeJS.Signals): Promise<number | NodeJS.Signals> {
  server.kill(signal);
  return server.ended;
}

/** A data folder that has had its first start: what is in one before that is tested where it is about that. */
export function startedDataFolder(): string {
  const dataDir = newDataFolder();
  copyCluster(dataDir);
  return dataDir;
}

/** A data folder that does not exist yet. */
export function newDataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "tallystick-lifecycle-"));
  folders.push(folder);
  return join(folder, "data");
}

/** For `afterAll`: no process and no folder stays. */
export async function endServers(): Promise<void> {
  await Promise.all([...started].map((server) => end(server, "SIGTERM")));
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}

/** The status that a platform credential gets for a request that needs one. */
export async function statusFor(url: string, clientId: string, clientSecret: string): Promise<number> {
  const headers = { authorization: basic({ clientId, clientSecret }) };
  const { status } = await fetch(`${url}/tallystick/v1/organizations`, { headers });
  return status;
}
