import net from "node:net";
import { createRegistry, type DescMethod } from "@bufbuild/protobuf";
import {
  Code,
  ConnectError,
  type ConnectRouter,
  createClient,
  createMethodImplSpec,
  type HandlerContext,
  type Transport,
} from "@connectrpc/connect";
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from "@connectrpc/connect-node";
import pino from "pino";
import { Health } from "../../gen/health/v1/health_pb.ts";
import {
  FrontierService,
  type GetBillingBalanceRequest,
} from "../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { until } from "../../test/support/until.ts";
import { errorInfo } from "../errors/error-info.ts";
import type { CallEnd } from "./calls.ts";
import { createGateway } from "./gateway/gateway.ts";
import { defaultLimits } from "./limits.ts";
import type { Admit } from "./requests/admission.ts";
import { createUnaryInvoker, type UnarySpec } from "./rpc/unary.ts";
import { exchange, type Fixture, startServer } from "./server.fixture.ts";

/** What is said of an end, but for how long it took. */
type Told = Pick<CallEnd, "protocol" | "code" | "reason"> & { readonly method: string | undefined };

const nobody = new ConnectError("who are you?", Code.Unauthenticated, undefined, [
  errorInfo("UNAUTHENTICATED"),
]);
const method = "GetBillingBalance";
let underWay = 0;

async function answer({ id }: GetBillingBalanceRequest, { signal }: HandlerContext) {
  if (id === "missing")
    throw new ConnectError("no such account", Code.NotFound, undefined, [errorInfo("NO_ACCOUNT")]);
  if (id === "broken") throw new Error("a secret");
  if (id === "slow") {
    underWay += 1;
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    underWay -= 1;
  }
  return { balance: { amount: 1n, currency: id } };
}

const log = pino({ level: "silent" });
const admit: Admit = ({ requestHeader, connection }) => {
  if (requestHeader.has("x-nobody")) return Promise.reject(nobody);
  connection.prove();
  return undefined;
};
const ended: Told[] = [];
const observer = {
  ended({ method, protocol, code, reason, durationMs, requestId }: CallEnd) {
    ended.push({ method: (method as DescMethod | undefined)?.name, protocol, code, reason });
    if (!(durationMs >= 0) || typeof requestId !== "string") throw new Error("an end without its facts");
  },
};

let thin: Fixture;
let thick: Fixture;
beforeAll(async () => {
  const spec = createMethodImplSpec(FrontierService.method.getBillingBalance, answer) as UnarySpec;
  const options = {
    routes: (router: ConnectRouter) => {
      router.service(FrontierService, { getBillingBalance: answer });
    },
    ...{ admit, log, observers: [observer] },
    gateway: createGateway({
      methods: [{ method: spec.method, invoke: createUnaryInvoker(spec, []) }],
      registry: createRegistry(),
      ...{ admit, log, limits: defaultLimits },
    }),
  };
  [thin, thick] = await Promise.all([startServer(options), startServer({ ...options, thinGrpc: false })]);
});
afterAll(() => Promise.all([thin.server.close(0), thick.server.close(0)]));
beforeEach(() => ended.splice(0));

interface CallOptions {
  readonly signal?: AbortSignal;
  readonly headers?: Record<string, string>;
}
/** Calls with an id; resolves or rejects as the client sees fit. */
type Caller = (id: string, options?: CallOptions) => Promise<unknown>;

function over(transport: Transport): Caller {
  const client = createClient(FrontierService, transport);
  return (id, options = {}) => client.getBillingBalance({ id }, options);
}

const overRest: Caller = (id, options = {}) =>
  fetch(`${thin.url}/v1beta1/organizations/o/billing/${id}/balance`, options);

const http1 = { httpVersion: "1.1" } as const;
const ways: readonly (readonly [string, Told["protocol"], () => Caller])[] = [
  ["gRPC, by the thin path", "grpc", () => over(createGrpcTransport({ baseUrl: thin.url }))],
  ["gRPC, by connect-node", "grpc", () => over(createGrpcTransport({ baseUrl: thick.url }))],
  ["gRPC-Web", "grpc-web", () => over(createGrpcWebTransport({ baseUrl: thin.url, ...http1 }))],
  ["Connect", "connect", () => over(createConnectTransport({ baseUrl: thin.url, ...http1 }))],
  [
    "a Connect GET over HTTP/2",
    "connect",
    () => over(createConnectTransport({ baseUrl: thin.url, httpVersion: "2", useHttpGet: true })),
  ],
  ["REST", "rest", () => overRest],
];

const timeouts: Readonly<Record<Told["protocol"], Record<string, string>>> = {
  grpc: { "grpc-timeout": "50m" },
  "grpc-web": { "grpc-timeout": "50m" },
  connect: { "connect-timeout-ms": "50" },
  rest: { "x-server-timeout": "0.05" },
  unknown: {},
};

/** Waits until that is all that ended, and nothing is under way. */
async function expectEnded(expected: readonly Told[]): Promise<void> {
  await until(async () => ended.length >= expected.length);
  expect(ended).toEqual(expected);
  for (const { server } of [thin, thick]) {
    const { callsInFlight } = server.figures();
    await until(async () =>
      (["grpc", "grpc-web", "connect", "rest"] as const).every((each) => callsInFlight(each) === 0),
    );
  }
}

describe.each(ways)("a call over %s is told of once it has ended", (_, protocol, open) => {
  const end = (code: Told["code"], reason?: string): Told => ({ method, protocol, code, reason });

  it.each([
    ["ok", 0, undefined],
    ["missing", Code.NotFound, "NO_ACCOUNT"],
    ["broken", Code.Internal, "INTERNAL"],
  ])("%s", async (id, code, reason) => {
    await open()(id).catch(() => undefined);
    await expectEnded([end(code, reason)]);
  });

  it("by its deadline", async () => {
    // The client itself does not count the time, and so does not leave before it is told.
    await open()("slow", { headers: timeouts[protocol] }).catch(() => undefined);
    await expectEnded([end(Code.DeadlineExceeded, "DEADLINE_EXCEEDED")]);
  });

  it("when its caller has left", async () => {
    const leaving = new AbortController();
    const calling = open()("slow", { signal: leaving.signal }).catch(() => undefined);
    await until(async () => underWay === 1);
    expect(
      thin.server.figures().callsInFlight(protocol) + thick.server.figures().callsInFlight(protocol),
    ).toBe(1);
    leaving.abort();
    await calling;
    await expectEnded([end(Code.Canceled, "CANCELLED")]);
  });

  it("that is not admitted", async () => {
    await open()("ok", { headers: { "x-nobody": "1" } }).catch(() => undefined);
    await expectEnded([end(Code.Unauthenticated, "UNAUTHENTICATED")]);
  });
});

describe("what names no method", () => {
  const path = "/raystack.frontier.v1beta1.FrontierService";
  const unknown = { method: undefined, code: Code.Unimplemented, reason: "RPC_NOT_FOUND" };

  it.each([
    ["application/grpc", "grpc"],
    ["application/grpc-web+proto", "grpc-web"],
    ["application/json", "connect"],
  ] as const)("is told of with the protocol of its content type %s", async (contentType, protocol) => {
    await fetch(`${thin.url}${path}/Nothing`, {
      method: "POST",
      body: "{}",
      headers: { "content-type": contentType },
    });
    await expectEnded([{ ...unknown, protocol }]);
  });

  it("is told of over REST", async () => {
    await fetch(`${thin.url}/nowhere`);
    await expectEnded([
      { method: undefined, protocol: "rest", code: Code.NotFound, reason: "ROUTE_NOT_FOUND" },
    ]);
  });

  it("is told of where it is no request at all", async () => {
    await exchange(thin.port, ["GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\nconnection: close\r\n\r\n"]);
    await exchange(thin.port, ["nonsense\r\n\r\n"]);
    const malformed = { method: undefined, protocol: "unknown", code: Code.InvalidArgument } as const;
    await expectEnded([
      { ...malformed, reason: "MALFORMED_REQUEST" },
      { ...malformed, reason: "MALFORMED_REQUEST" },
    ]);
  });
});

it("tells of a wrong verb and of a message that cannot be read", async () => {
  const url = `${thin.url}/raystack.frontier.v1beta1.FrontierService/GetBillingBalance`;
  await fetch(url, { method: "PUT", body: "{}", headers: { "content-type": "application/json" } });
  await fetch(url, { method: "POST", body: "{", headers: { "content-type": "application/json" } });
  await expectEnded([
    { method, protocol: "connect", code: Code.Unimplemented, reason: "METHOD_NOT_ALLOWED" },
    { method, protocol: "connect", code: Code.InvalidArgument, reason: "MALFORMED_JSON" },
  ]);
});

it("tells of a stream when it ends", async () => {
  const leaving = new AbortController();
  const watch = createClient(Health, createGrpcTransport({ baseUrl: thin.url })).watch(
    {},
    { signal: leaving.signal },
  );
  for await (const _ of watch) break;
  leaving.abort();
  await expectEnded([{ method: "Watch", protocol: "grpc", code: Code.Canceled, reason: "CANCELLED" }]);
});

it("tells of calls whose connection was cut, and of those alone that were one", async () => {
  const socket = net.connect(thin.port, "127.0.0.1");
  socket.on("error", () => {});
  socket.write("GET /v1beta1/organizations/o/billing/slow/balance HTTP/1.1\r\nhost: a\r\n\r\n");
  await until(async () => underWay === 1);
  socket.destroy();
  await fetch(`${thin.url}/healthz`);
  await expectEnded([{ method, protocol: "rest", code: Code.Canceled, reason: "CANCELLED" }]);
});

it("counts what the wire carried, also of connections that are closed", async () => {
  const before = thin.server.figures().connections;
  await exchange(thin.port, ["GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n"]);
  await until(async () => thin.server.figures().connections.bytesReceived > before.bytesReceived);
  await over(createGrpcTransport({ baseUrl: thin.url }))("ok");
  const after = thin.server.figures().connections;
  expect(after.accepted - before.accepted).toBe(2);
  expect(after.bytesReceived - before.bytesReceived).toBeGreaterThan(200);
  expect(after.bytesSent - before.bytesSent).toBeGreaterThan(200);
});
