import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { Code } from "@connectrpc/connect";
import { connectTo } from "../support/commit-proxy.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { failureOf } from "../support/failure.ts";
import { freePort } from "../support/free-port.ts";
import { connectClients } from "../support/service.ts";
import { until } from "../support/until.ts";
import { grpcClient } from "../workload/calls.ts";
import { end, endServers, ready, startServer, statusFor } from "./server.ts";

const credential = { clientId: "operator", clientSecret: "the-secret-of-the-operator" };

let database: TestDatabase;
let databasePort: number;
let relay: Server;
beforeAll(async () => {
  database = await createDatabase("empty");
  databasePort = await freePort();
  relay = createServer((client) => {
    const server = connectTo(database.url);
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const)
      socket.on("error", () => undefined).on("close", () => other.destroy());
    client.pipe(server).pipe(client);
  });
});
afterAll(async () => {
  await endServers();
  await database.drop();
});

/** A server whose database is nowhere yet, and where that server will be. */
async function startWaiting(workers: string) {
  const port = await freePort();
  const url = new URL(database.url.replace(/@%2F[^:/?#,]*/i, "@127.0.0.1"));
  url.host = `127.0.0.1:${databasePort}`;
  const server = startServer({
    DATABASE_URL: url.href,
    PORT: String(port),
    TALLYSTICK_WORKERS: workers,
    TALLYSTICK_ADMIN_CLIENT_ID: credential.clientId,
    TALLYSTICK_ADMIN_CLIENT_SECRET: credential.clientSecret,
  });
  await server.until(/"msg":"waiting for the database"/);
  return { server, url: `http://127.0.0.1:${port}` };
}

it.each(["1", "2"])(
  "a start by %s processes waits for its database, says so, and then serves",
  async (workers) => {
    const { server, url } = await startWaiting(workers);
    expect(server.stderr).toMatch(/"reason":"DATABASE_URL: .* \(ECONNREFUSED\)\.","secondsLeft":(60|5\d),/);
    await server.until(/"msg":"not ready yet, which is what the port says"/);
    const statuses = ["/healthz", "/readyz"].map(async (path) => (await fetch(`${url}${path}`)).status);
    expect(await Promise.all(statuses)).toEqual([200, 503]);
    const asked = { organization: "acme" };
    for (const call of [
      connectClients(url, credential).ledger.listTransfers(asked),
      grpcClient(url, credential).listTransfers(asked),
    ])
      expect(await failureOf(call)).toMatchObject({ code: Code.Unavailable, reason: "UNAVAILABLE" });

    await once(relay.listen(databasePort, "127.0.0.1"), "listening");
    expect(await ready(server)).toBe(url);
    const { clientId, clientSecret } = credential;
    expect(await until(() => statusFor(url, clientId, clientSecret))).toBe(200);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect(await end(server, "SIGTERM")).toBe(0);
    relay.close();
  },
  60_000,
);

it("a signal ends a start that waits", async () => {
  const { server } = await startWaiting("1");
  expect(await end(server, "SIGTERM")).toBe(0);
});
