import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import http from "node:http";
import { join } from "node:path";
import { processIdentity } from "../../src/embedded/process-identity.ts";
import { until } from "../support/until.ts";
import type { Program } from "./program.ts";
import { end, endServers, ready, startedDataFolder, startServer } from "./server.ts";

const dataDir = startedDataFolder();
const pidFile = join(dataDir, "postgres", "postmaster.pid");

afterAll(endServers);

it("a signal that comes twice, as from npm and the terminal, does no harm", async () => {
  const server = await startEmbedded();
  const { pid } = postgres();
  for (const signal of ["SIGINT", "SIGINT", "SIGTERM"] as const) server.kill(signal);
  expect(await server.ended).toBe(0);
  expect(processIdentity(pid)).toBeUndefined();
});

it("a signal before the server is ready stops it too", async () => {
  const server = startServer({ TALLYSTICK_DATA_DIR: dataDir, LOG_LEVEL: "debug" });
  await server.until(/"postgres":/);
  expect(await end(server, "SIGTERM")).toBe(0);
  expect(existsSync(pidFile)).toBe(false);
});

it("a killed server leaves a database that the next start takes over, and SIGHUP stops, with nothing left behind", async () => {
  const killed = await startEmbedded();
  const { pid } = postgres();
  expect(await end(killed, "SIGKILL")).toBe("SIGKILL");
  expect(existsSync(pidFile)).toBe(true);

  const next = await startEmbedded();
  expect(processIdentity(pid)).toBeUndefined();
  expect((await fetch(`${await ready(next)}/readyz`)).status).toBe(200);
  await expectCleanEnd(next, "SIGHUP");
});

it("a database that is killed ends the server, with exit code 1 and why, and the next start finds all that was on disk, and stops by SIGTERM", async () => {
  const server = await startEmbedded();
  process.kill(postgres().pid, "SIGKILL");
  expect(await server.ended).toBe(1);
  expect(logged(server)).toContainEqual(
    expect.stringMatching(
      /^the embedded PostgreSQL ended by itself: postgres ended with (SIGKILL|code 137): /,
    ),
  );
  await expectCleanEnd(await startEmbedded(), "SIGTERM");
});

it("SIGINT stops server and database, and leaves nothing behind", async () =>
  expectCleanEnd(await startEmbedded(), "SIGINT"));

it("a database that ends by itself leaves nobody waiting for an answer that cannot come", async () => {
  const server = await startEmbedded();
  const { port } = new URL(await ready(server));
  const [id, secret] = Object.values(JSON.parse(readFileSync(join(dataDir, "credential.json"), "utf8")));
  const unfinished = http.request({
    port,
    method: "POST",
    path: "/tallystick/v1/organizations",
    auth: `${id}:${secret}`,
    headers: { "content-type": "application/json", "content-length": "100", expect: "100-continue" },
  });
  const answered = once(unfinished, "response");
  unfinished.flushHeaders();
  await once(unfinished, "continue");
  // That it was cut off while it was sent.
  unfinished.on("error", () => undefined);
  let exitCode: number | string | undefined;
  void server.ended.then((ended) => {
    exitCode = ended;
  });
  process.kill(postgres().pid, "SIGQUIT");
  // Less than running calls get to end after a signal.
  expect(await until(async () => exitCode, 8_000)).toBe(1);
  const [response] = (await answered) as [http.IncomingMessage];
  expect(response.statusCode).toBe(503);
});

async function expectCleanEnd(server: Program, signal: NodeJS.Signals): Promise<void> {
  const { pid, socketFolder } = postgres();
  expect(await end(server, signal)).toBe(0);
  expect(processIdentity(pid)).toBeUndefined();
  expect(existsSync(pidFile)).toBe(false);
  expect(existsSync(socketFolder)).toBe(false);
  expect(readdirSync(dataDir).sort()).toEqual(["credential.json", "postgres"]);
  expect(logged(server).slice(-3)).toEqual(["ready", "stopping", "stopped"]);
}

async function startEmbedded(): Promise<Program> {
  const server = startServer({ TALLYSTICK_DATA_DIR: dataDir });
  await ready(server);
  return server;
}

/** The database's main process and the folder of its socket, from the file that it keeps while it runs. */
function postgres(): { pid: number; socketFolder: string } {
  const [pid, , , , socketFolder = ""] = readFileSync(pidFile, "utf8").split("\n");
  return { pid: Number(pid), socketFolder };
}

function logged({ stderr }: Program): string[] {
  return stderr
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line).msg);
}
