import { Code, createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { v7 as uuidv7 } from "uuid";
import { Health, HealthCheckResponse_ServingStatus as Serving } from "../../gen/health/v1/health_pb.ts";
import { TransferKind } from "../../gen/tallystick/v1/ledger_pb.ts";
import { type CommitProxy, startCommitProxy } from "../support/commit-proxy.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { failureOf } from "../support/failure.ts";
import { brokenRules, untilWaiting } from "../support/ledger.ts";
import { connectClients } from "../support/service.ts";
import { withSql } from "../support/sql.ts";
import { until } from "../support/until.ts";
import { grpcClient } from "../workload/calls.ts";
import { end, endServers, ready, startServer } from "./server.ts";
import { makeTenant } from "./workers/crew.ts";

const credential = { clientId: "operator", clientSecret: "the-secret-of-the-operator" };

let database: TestDatabase;
let proxy: CommitProxy;
let tenant: Awaited<ReturnType<typeof makeTenant>>;
beforeAll(async () => {
  database = await createDatabase();
  proxy = await startCommitProxy(database.url);
  tenant = await makeTenant(database.url);
});
afterAll(async () => {
  await endServers();
  await proxy.close();
  await database.drop();
});

async function start(settings: Record<string, string>) {
  const server = startServer({
    DATABASE_URL: database.url,
    TALLYSTICK_ADMIN_CLIENT_ID: credential.clientId,
    TALLYSTICK_ADMIN_CLIENT_SECRET: credential.clientSecret,
    ...settings,
  });
  return { server, url: await ready(server) };
}

/** A credit of a customer, on a connection of its own. */
function credit(url: string, customer = tenant.customers[0] ?? "") {
  const transfer = { customer, currency: "VC", kind: TransferKind.CREDIT, amount: "5", key: uuidv7() };
  return grpcClient(url, credential).createTransfer({ organization: tenant.orgId, ...transfer });
}

it.each(["1", "2"])(
  "%s processes serve on while they say that nobody should come, until another signal ends all at once",
  async (workers) => {
    const settings = { SHUTDOWN_DELAY_SECONDS: "3600", TALLYSTICK_WORKERS: workers };
    const { server, url } = await start(settings);
    const health = createClient(Health, createGrpcTransport({ baseUrl: url }));
    const watched: Serving[] = [];
    const watching = (async () => {
      for await (const { status } of health.watch({})) watched.push(status);
    })();
    await until(async () => watched.length === 1);
    server.kill("SIGTERM");
    expect(await failureOf(watching)).toMatchObject({ code: Code.Unavailable });
    expect(watched).toEqual([Serving.SERVING, Serving.NOT_SERVING]);
    // A connection each, so a worker each.
    for (const _ of [1, 2]) {
      const { status } = await fetch(`${url}/readyz`, { headers: { connection: "close" } });
      expect(status).toBe(503);
      expect((await health.check({})).status).toBe(Serving.NOT_SERVING);
      expect((await credit(url)).receipt?.after?.posted).toMatch(/\d/);
      const { customers } = connectClients(url, credential);
      expect(await customers.listCustomers({ organization: tenant.orgId })).toMatchObject({});
    }
    const insist = setInterval(() => server.kill("SIGINT"), 200);
    expect(await server.ended).toBe(1);
    clearInterval(insist);
    expect(server.stderr).toContain('"msg":"ending at once, whatever runs"');
  },
  60_000,
);

it("cuts off what takes longer than it may, and leaves the books right", async () => {
  const { server, url } = await start({ SHUTDOWN_GRACE_SECONDS: "0" });
  await credit(url);
  await withSql(database.url, async (sql) => {
    await sql`begin`;
    await sql`select from accounts where org_id = ${tenant.orgId} for update`;
    const charged = failureOf(credit(url));
    await untilWaiting(sql, 1);
    server.kill("SIGTERM");
    expect(await charged).toMatchObject({ code: Code.Unavailable, reason: "UNAVAILABLE" });
    await sql`rollback`;
  });
  expect(await server.ended).toBe(0);
  expect(await brokenRules(database.url)).toEqual([]);
}, 60_000);

it("ends where its database does not answer, too", async () => {
  const { server, url } = await start({ DATABASE_URL: proxy.url, SHUTDOWN_GRACE_SECONDS: "0" });
  await credit(url);
  proxy.silence();
  const left = failureOf(credit(url));
  // It has come, and has not been answered.
  await until(async () => (await fetch(`${url}/readyz`)).status === 503);
  expect(await end(server, "SIGTERM")).toBe(0);
  expect(await left).toMatchObject({ code: Code.Unavailable, reason: "UNAVAILABLE" });
}, 60_000);
