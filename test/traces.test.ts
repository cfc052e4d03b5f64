import { type Client, createClient, type Transport } from "@connectrpc/connect";
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from "@connectrpc/connect-node";
import pino from "pino";
import { Health } from "../gen/health/v1/health_pb.ts";
import { LedgerService, TransferKind } from "../gen/tallystick/v1/ledger_pb.ts";
import type { TracesConfig } from "../src/config/traces.ts";
import { openTraces } from "../src/telemetry/open-traces.ts";
import type { Traces } from "../src/telemetry/traces.ts";
import { type Collector, type ReceivedSpan, startCollector } from "./support/collector.ts";
import { basic, startService, type Tenant, type TestService } from "./support/service.ts";
import { until } from "./support/until.ts";

const logged: string[] = [];
const log = pino({ level: "info" }, { write: (line: string) => logged.push(line) });
const batches = {
  maxQueueSize: 2_048,
  maxExportBatchSize: 512,
  scheduledDelayMillis: 20,
  // What is not sent within it is lost, and looked for in vain.
  exportTimeoutMillis: 20_000,
};
const config = { serviceName: "ledger", sampler: "parentbased_always_on", ratio: 1, batches } as const;

let collector: Collector;
let traces: Traces;
let service: TestService;
let tenant: Tenant;
beforeAll(async () => {
  // Of the standard's settings the service leaves these to OpenTelemetry's own.
  process.env["OTEL_RESOURCE_ATTRIBUTES"] = "deployment.environment.name=test";
  process.env["OTEL_EXPORTER_OTLP_TIMEOUT"] = "20000";
  collector = await startCollector();
  traces = await opened({});
  service = await startService({ traces, loggedCalls: { reads: 1, writes: 1 } });
  tenant = await service.tenant({ credits: 1_000 });
});
afterAll(async () => {
  await service.stop();
  await traces.stop();
  await collector.close();
});

function opened(of: Partial<TracesConfig>): Promise<Traces> {
  return openTraces({ ...config, url: collector.url, ...of }, { version: "1.2.3", log });
}

const traceId = "0af7651916cd43dd8448eb211c80319c";
const parentSpanId = "b7ad6b7169203331";
const headersOf = (requestId: string, flags?: string) => ({
  ...{ authorization: basic(tenant.admin), "x-request-id": requestId, tracestate: "vendor=1" },
  ...(flags !== undefined && { traceparent: `00-${traceId}-${parentSpanId}-${flags}` }),
});

/** The span of a request once the collector has it. */
async function spanOf(requestId: string): Promise<ReceivedSpan> {
  const find = () =>
    collector.spans.find(({ attributes }) => attributes["tallystick.request.id"] === requestId);
  await until(async () => find() !== undefined);
  return find() as ReceivedSpan;
}

const charge = (amount: string) => ({
  ...{ organization: tenant.orgId, customer: tenant.billingId, amount, currency: "VC" },
  kind: TransferKind.CHARGE,
});
const client = (transport: Transport): Client<typeof LedgerService> => createClient(LedgerService, transport);
const http1 = { httpVersion: "1.1" } as const;
const ways: readonly (readonly [string, object, () => Transport])[] = [
  [
    "gRPC",
    { "rpc.system": "grpc", "rpc.grpc.status_code": 0 },
    () => createGrpcTransport({ baseUrl: service.url }),
  ],
  [
    "gRPC-Web",
    { "rpc.system": "grpc", "rpc.grpc.status_code": 0 },
    () => createGrpcWebTransport({ baseUrl: service.url, ...http1 }),
  ],
  [
    "Connect",
    { "rpc.system": "connect_rpc" },
    () => createConnectTransport({ baseUrl: service.url, ...http1 }),
  ],
];

describe.each(ways)("a call over %s", (way, protocol, open) => {
  it("has a span in the trace that its caller began, and leads to its batch", async () => {
    await client(open()).createTransfer(charge("1"), { headers: headersOf(way, "01") });
    const span = await spanOf(way);
    expect(span).toMatchObject({
      ...{ name: "tallystick.v1.LedgerService/CreateTransfer", kind: 2, status: 0 },
      ...{ traceId, parentSpanId, traceState: "vendor=1" },
      attributes: {
        ...{ "rpc.service": "tallystick.v1.LedgerService", "rpc.method": "CreateTransfer", ...protocol },
        ...{ "client.address": "127.0.0.1", "tallystick.organization.id": tenant.orgId },
        "tallystick.actor": tenant.admin.clientId,
      },
      resource: {
        ...{ "service.name": "ledger", "service.version": "1.2.3", "process.pid": process.pid },
        "deployment.environment.name": "test",
      },
    });
    const settling = () => collector.spans.find(({ spanId }) => spanId === span.links[0]?.spanId);
    await until(async () => settling() !== undefined);
    expect(settling()).toMatchObject({
      ...{ name: "settle", kind: 1, parentSpanId: "" },
      links: [{ spanId: span.spanId, attributes: { "tallystick.queue.duration": expect.any(Number) } }],
      attributes: { "tallystick.organization.id": tenant.orgId, "tallystick.batch.operations": 1 },
    });
    expect(settling()?.traceId).not.toBe(traceId);
  });

  it("has none where its caller's trace is not sent", async () => {
    await client(open()).createTransfer(charge("1"), { headers: headersOf(`${way}-unsampled`, "00") });
    await client(open()).createTransfer(charge("1"), { headers: headersOf(`${way}-next`, "01") });
    await spanOf(`${way}-next`);
    expect(JSON.stringify(collector.spans)).not.toContain("unsampled");
  });
});

it("is named by its route over REST, which names no customer", async () => {
  const path = `/tallystick/v1/organizations/${tenant.orgId}/customers/${tenant.billingId}`;
  await fetch(`${service.url}${path}`, { headers: headersOf("rest") });
  const span = await spanOf("rest");
  expect(span).toMatchObject({
    name: "GET /tallystick/v1/organizations/{organization}/customers/{customer}",
    parentSpanId: "",
    attributes: { "http.request.method": "GET", "http.response.status_code": 200 },
  });
  expect(span.name).toBe(`GET ${span.attributes["http.route"]}`);
  expect(JSON.stringify(span)).not.toContain(tenant.billingId);
  await fetch(`${service.url}/nowhere/jane`, { headers: headersOf("nowhere", "01") });
  expect(await spanOf("nowhere")).toMatchObject({
    ...{ name: "GET", traceId, parentSpanId },
    attributes: { "http.response.status_code": 404, "error.type": "ROUTE_NOT_FOUND" },
  });
});

it("says of a call that failed why, and whose fault it was", async () => {
  const over = client(createGrpcTransport({ baseUrl: service.url }));
  const refused = over.createTransfer(charge("5000"), { headers: headersOf("refused", "01") });
  await expect(refused).rejects.toThrow();
  expect(await spanOf("refused")).toMatchObject({
    status: 0,
    attributes: { "rpc.grpc.status_code": 9, "error.type": "INSUFFICIENT_FUNDS" },
  });
  await fetch(`${service.url}/tallystick.v1.LedgerService/Nothing`, {
    ...{
      method: "POST",
      body: "{}",
      headers: { ...headersOf("unknown", "01"), "content-type": "application/json" },
    },
  });
  expect(await spanOf("unknown")).toMatchObject({
    ...{ name: "connect", traceId, status: 2 },
    attributes: { "error.type": "RPC_NOT_FOUND", "rpc.connect_rpc.error_code": "unimplemented" },
  });
});

it("is found from its record in the log", async () => {
  const over = client(createGrpcTransport({ baseUrl: service.url }));
  await over.createTransfer(charge("1"), { headers: headersOf("found") });
  const span = await spanOf("found");
  const record = service.logged.find((line) => line.includes('"found"')) ?? "{}";
  expect(JSON.parse(record)).toMatchObject({ msg: "call", traceId: span.traceId });
});

it("has no span of who watches the service", async () => {
  const transport = createGrpcTransport({ baseUrl: service.url });
  await createClient(Health, transport).check({}, { headers: headersOf("watching", "01") });
  await client(transport).createTransfer(charge("1"), { headers: headersOf("after", "01") });
  await spanOf("after");
  expect(JSON.stringify(collector.spans)).not.toContain("grpc.health");
});

it("leads from a batch to all of its calls", async () => {
  const over = client(createGrpcTransport({ baseUrl: service.url }));
  const ids = Array.from({ length: 20 }, (_, index) => `together-${index}`);
  await Promise.all(ids.map((id) => over.createTransfer(charge("1"), { headers: headersOf(id, "01") })));
  const spans = await Promise.all(ids.map(spanOf));
  const settling = () => collector.spans.filter(({ name }) => name === "settle");
  const linked = () => new Set(settling().flatMap(({ links }) => links.map(({ spanId }) => spanId)));
  await until(async () => spans.every(({ spanId }) => linked().has(spanId)));
  expect(settling().some(({ links }) => links.length > 1)).toBe(true);
});

it("says once that the collector is away, and goes on; and once that it is back", async () => {
  const over = client(createGrpcTransport({ baseUrl: service.url }));
  const call = (id: string) => over.createTransfer(charge("1"), { headers: headersOf(id, "01") });
  collector.answer(500);
  const before = traces.figures();
  await call("away");
  await until(async () => traces.figures().failed > before.failed);
  const failed = traces.figures().failed;
  await call("still away");
  await until(async () => traces.figures().failed > failed);
  collector.answer(200);
  await call("back");
  await spanOf("back");
  await until(async () => logged.length === 2);
  expect(logged.map((line) => JSON.parse(line).msg)).toEqual([
    "the collector does not take traces, which are lost until it does",
    "the collector takes traces again",
  ]);
});

it("has spans of some calls where a ratio is asked for, and sends what there is when it stops", async () => {
  const some = await opened({ sampler: "parentbased_traceidratio", ratio: 0.5 });
  const other = await service.another({ traces: some });
  const over = client(createGrpcTransport({ baseUrl: other.url }));
  await Promise.all(
    Array.from({ length: 100 }, () => over.createTransfer(charge("1"), { headers: headersOf("some") })),
  );
  await some.stop();
  const count = collector.spans.filter(
    ({ attributes }) => attributes["tallystick.request.id"] === "some",
  ).length;
  expect(count).toBeGreaterThan(20);
  expect(count).toBeLessThan(80);
  expect(some.figures()).toMatchObject({ failed: 0, exported: some.figures().ended });
  const headers = { authorization: basic(service.platform) };
  const metrics = await (await fetch(`${other.url}/metrics`, { headers })).text();
  expect(metrics).toContain(`\ntallystick_spans_total{outcome="exported"} ${some.figures().exported}\n`);
});
