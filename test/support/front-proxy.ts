import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathsOf } from "./certificates.ts";
import { freePort } from "./free-port.ts";
import { restClient } from "./rest.ts";
import { until } from "./until.ts";

/** A proxy whose configuration is in `deploy/proxies`. */
export interface FrontProxy {
  readonly program: string;
  readonly file: string;
  /** Arguments with which it serves a configuration in the folder where it is started. */
  readonly args: (file: string, folder: string) => readonly string[];
  readonly version: string;
}

export const frontProxies: readonly FrontProxy[] = [
  {
    program: "nginx",
    file: "nginx.conf",
    args: (file, folder) => ["-g", "daemon off;", "-c", join(folder, file), "-p", `${folder}/`],
    version: "-v",
  },
  {
    program: "caddy",
    file: "Caddyfile",
    args: (file) => ["run", "--adapter", "caddyfile", "--config", file],
    version: "version",
  },
  {
    program: "envoy",
    file: "envoy.yaml",
    args: (file) => ["-c", file, "--concurrency", "1", "--use-dynamic-base-id", "-l", "error"],
    version: "--version",
  },
];

export function isAtHand({ program, version }: FrontProxy): boolean {
  return process.platform === "linux" && spawnSync(program, [version]).status === 0;
}

/** Starts it as its file says, but on a free port and before the service at that URL. */
export async function startFrontProxy({ program, file, args }: FrontProxy, serviceUrl: string) {
  const folder = mkdtempSync(join(tmpdir(), "tallystick-proxy-"));
  const { cert, key } = pathsOf("server");
  copyFileSync(cert, join(folder, "server.pem"));
  copyFileSync(key, join(folder, "server.key"));
  const port = await freePort();
  const text = readFileSync(join("deploy", "proxies", file), "utf8");
  const here = text.replaceAll("7400", new URL(serviceUrl).port).replaceAll("7443", `${port}`);
  writeFileSync(join(folder, file), here);
  const env = { ...process.env, HOME: folder };
  const child: ChildProcess = spawn(program, args(file, folder), { cwd: folder, env, stdio: "ignore" });
  const url = `https://localhost:${port}`;
  const stop = async () => {
    // Not SIGKILL, which leaves nginx's workers behind.
    child.kill("SIGTERM");
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    rmSync(folder, { recursive: true, force: true });
  };
  const isReady = async () => {
    if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}`);
    const answer = await restClient(url)
      .get("/readyz")
      .catch(() => undefined);
    return answer?.status === 200;
  };
  try {
    await until(isReady);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}
