import { Code, createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { LedgerService, TransferKind } from "../gen/tallystick/v1/ledger_pb.ts";
import { freePort } from "./support/free-port.ts";
import {
  basic,
  startService,
  type Tenant,
  type TestCredential,
  type TestService,
} from "./support/service.ts";
import { until } from "./support/until.ts";

let service: TestService;
let tenant: Tenant;
beforeAll(async () => {
  service = await startService();
  tenant = await service.tenant({ credits: 10 });
});
afterAll(() => service.stop());

const bearing = (credential: TestCredential) => ({ authorization: basic(credential) });

/** The series of the service by their names with labels. */
async function scrape(): Promise<ReadonlyMap<string, number>> {
  const response = await fetch(`${service.url}/metrics`, { headers: bearing(service.platform) });
  expect(response.status).toBe(200);
  const lines = (await response.text()).split("\n").filter((line) => /^[a-z]/.test(line));
  return new Map(
    lines.map((line) => [
      line.slice(0, line.lastIndexOf(" ")),
      Number(line.slice(line.lastIndexOf(" ") + 1)),
    ]),
  );
}

/** Waits until the series have grown by so much. */
async function expectGrowth(before: ReadonlyMap<string, number>, by: Record<string, number>): Promise<void> {
  let grown: Record<string, number> = {};
  await until(async () => {
    const now = await scrape();
    grown = Object.fromEntries(
      Object.keys(by).map((name) => [name, (now.get(name) ?? 0) - (before.get(name) ?? 0)]),
    );
    return Object.entries(by).every(([name, growth]) => grown[name] === growth);
  }).catch(() => undefined);
  expect(grown).toEqual(by);
}

describe("/metrics", () => {
  it("is for credentials of the platform, where it has no port of its own", async () => {
    const statusOf = async (headers: Record<string, string>) =>
      (await fetch(`${service.url}/metrics`, { headers })).status;
    expect(await statusOf({})).toBe(401);
    expect(await statusOf(bearing({ ...tenant.admin, clientSecret: "wrong" }))).toBe(401);
    expect(await statusOf(bearing(tenant.admin))).toBe(403);
    expect(await statusOf(bearing(service.platform))).toBe(200);
  });

  it("refuses in words, and with a reason", async () => {
    const response = await fetch(`${service.url}/metrics`, { headers: bearing(tenant.reader) });
    expect(await response.json()).toMatchObject({
      code: Code.PermissionDenied,
      details: [{ reason: "PERMISSION_DENIED", domain: "tallystick" }],
    });
  });

  it("speaks OpenMetrics with whom asks for it", async () => {
    const accept = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5";
    const headers = { ...bearing(service.platform), accept };
    const response = await fetch(`${service.url}/metrics`, { headers });
    expect(response.headers.get("content-type")).toContain("application/openmetrics-text");
    expect(await response.text()).toMatch(/# EOF\n$/);
  });

  it("is open on a port of its own, and then not on the other", async () => {
    const port = await freePort();
    const other = await service.another({ metrics: { port, access: "open" } });
    const own = await fetch(`http://127.0.0.1:${port}/metrics`);
    expect(await own.text()).toContain("\ntallystick_ready 1\n");
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(404);
    expect((await fetch(`${other.url}/metrics`, { headers: bearing(service.platform) })).status).toBe(404);
  });

  it("may need a credential there, too", async () => {
    const port = await freePort();
    await service.another({ metrics: { port, access: "credential" } });
    const url = `http://127.0.0.1:${port}/metrics`;
    expect((await fetch(url)).status).toBe(401);
    expect((await fetch(url, { headers: bearing(service.platform) })).status).toBe(200);
  });
});

it("counts a charge from its call to its batch, and why another was refused", async () => {
  const transport = createGrpcTransport({
    baseUrl: service.url,
    interceptors: [
      (next) => (request) => {
        request.header.set("authorization", basic(tenant.writer));
        return next(request);
      },
    ],
  });
  const ledger = createClient(LedgerService, transport);
  const charge = (amount: string) =>
    ledger.createTransfer({
      ...{ organization: tenant.orgId, customer: tenant.billingId },
      ...{ currency: "VC", amount, kind: TransferKind.CHARGE },
    });
  const before = await scrape();
  await charge("1");
  await expect(charge("1000")).rejects.toMatchObject({ code: Code.FailedPrecondition });
  const method = `method="${LedgerService.typeName}/CreateTransfer"`;
  await expectGrowth(before, {
    [`tallystick_calls_total{${method},code="OK",protocol="grpc"}`]: 1,
    [`tallystick_calls_total{${method},code="FAILED_PRECONDITION",protocol="grpc"}`]: 1,
    [`tallystick_call_duration_seconds_count{${method}}`]: 2,
    'tallystick_call_errors_total{reason="INSUFFICIENT_FUNDS"}': 1,
    'tallystick_refusals_total{reason="INSUFFICIENT_FUNDS"}': 1,
    tallystick_batch_operations_sum: 2,
    tallystick_batch_duration_seconds_count: 2,
    tallystick_batch_lock_seconds_count: 2,
    tallystick_batch_commit_seconds_count: 1,
    tallystick_queue_commands: 0,
    'tallystick_calls_in_flight{protocol="grpc"}': 0,
  });
});

it("counts wrong credentials", async () => {
  const before = await scrape();
  const headers = bearing({ clientId: "nobody", clientSecret: "wrong" });
  await fetch(`${service.url}/tallystick/v1/organizations`, { headers });
  await expectGrowth(before, { 'tallystick_authentication_failures_total{outcome="failed"}': 1 });
});

it("knows its connections to the database", async () => {
  const now = await scrape();
  const kinds = ["wide", "keyed", "callers", "lanes"];
  const open = (kind: string) =>
    ["busy", "idle"].reduce(
      (sum, state) =>
        sum + (now.get(`tallystick_database_connections{kind="${kind}",state="${state}"}`) ?? 0),
      0,
    );
  const max = (kind: string) => now.get(`tallystick_database_connections_max{kind="${kind}"}`);
  expect(kinds.map(max)).toEqual([16, 5, 2, 3]);
  for (const kind of kinds) expect(open(kind)).toBeLessThanOrEqual(max(kind) ?? 0);
  expect(open("lanes")).toBeGreaterThan(0);
  expect(now.get("tallystick_lanes")).toBe(3);
});

it("says nothing of anyone: no label names an organization, a customer or a credential", async () => {
  const text = [...(await scrape()).keys()].join("\n");
  for (const name of [tenant.orgId, tenant.orgName, tenant.billingId, tenant.writer.clientId, "platform"])
    expect(text).not.toContain(name);
});
