import { once } from "node:events";
import * as http2 from "node:http2";
import { text } from "node:stream/consumers";
import { setImmediate } from "node:timers/promises";
import { Code, ConnectError } from "@connectrpc/connect";
import type { CallEnd } from "../calls.ts";
import type { Connection } from "../connections/connection.ts";
import type { HttpRequest } from "../http.ts";
import type { HttpCall } from "../http-call.ts";
import { type Fixture, startServer } from "../server.fixture.ts";
import type { ServerOptions } from "../server.ts";
import { rounds } from "./rounds.ts";
import { untilTurn } from "./waiting-call.ts";

const balancePath = "/raystack.frontier.v1beta1.FrontierService/GetBillingBalance";
const grpc = { "content-type": "application/grpc", te: "trailers" };
const connect = { "content-type": "application/json", "connect-protocol-version": "1" };
const each = [
  ["gRPC", grpc],
  ["Connect", connect],
] as const;

let fixture: Fixture;
let session: http2.ClientHttp2Session;
let admitted: number;
let ends: CallEnd[];

async function start(options: Partial<ServerOptions> = {}): Promise<void> {
  admitted = 0;
  ends = [];
  fixture = await startServer({
    admit: ({ method, requestHeader, connection }) => {
      if (method.name === "Check") return undefined;
      if (requestHeader.has("authorization")) {
        connection.prove();
        return undefined;
      }
      admitted += 1;
      // Longer than requests are begun in a round.
      for (const since = performance.now(); performance.now() - since < 25; );
      return Promise.reject(new ConnectError("a stranger", Code.Unauthenticated));
    },
    observers: [{ ended: ({ method, code, protocol }) => ends.push({ method, code, protocol } as CallEnd) }],
    ...options,
  });
  session = http2.connect(fixture.url);
  session.on("error", () => undefined);
  await once(session, "remoteSettings");
}
afterEach(async () => {
  session.close();
  await fixture.server.close(0);
});

interface Asked {
  readonly path?: string;
  readonly from?: http2.ClientHttp2Session;
}

function ask(
  headers: http2.OutgoingHttpHeaders,
  { path = balancePath, from = session }: Asked = {},
): http2.ClientHttp2Stream {
  const stream = from.request({ ":method": "POST", ":path": path, ...headers });
  stream.on("error", () => undefined);
  stream.end(headers["content-type"] === grpc["content-type"] ? Buffer.alloc(5) : "{}");
  return stream;
}

/** The code that its caller is told. */
async function answered(stream: http2.ClientHttp2Stream): Promise<string> {
  let status: unknown;
  stream.on("response", (headers) => {
    status ??= headers["grpc-status"];
  });
  stream.on("trailers", (headers) => {
    status ??= headers["grpc-status"];
  });
  const body = await text(stream).catch(() => "");
  return status === undefined ? (JSON.parse(body || '{"code":"none"}').code as string) : `${status}`;
}

/** How many calls have come to the service. */
function come(): number {
  const { callsInFlight } = fixture.server.figures();
  return callsInFlight("grpc") + callsInFlight("connect") + ends.length;
}

/** All of them have come to their end, and give back what they took. */
function expectNothingKept(): void {
  const { kept, callsInFlight } = fixture.server.figures();
  expect(kept.waitingRequests).toBe(0);
  expect([callsInFlight("grpc"), callsInFlight("connect")]).toEqual([0, 0]);
}

it.each(each)("counts the wait for a turn as a part of a call's time over %s", async (name, headers) => {
  await start();
  const before = Array.from({ length: 12 }, () => answered(ask(headers)));
  const late = ask({ ...headers, "grpc-timeout": "60m", "connect-timeout-ms": "60" });
  expect(await answered(late)).toBe(name === "gRPC" ? `${Code.DeadlineExceeded}` : "deadline_exceeded");
  await Promise.all(before);
  expect(admitted).toBe(12);
  expectNothingKept();
});

it.each(each)("tells who waits for a turn over %s that the service stops", async (name, headers) => {
  await start();
  const calls = Array.from({ length: 30 }, () => answered(ask(headers)));
  await answered(ask({ ...headers, "grpc-timeout": "1m", "connect-timeout-ms": "1" }));
  // However long it takes to tell all of them, what closes their connections after half a second comes behind it.
  jest.useFakeTimers({ doNotFake: ["nextTick", "queueMicrotask", "setImmediate", "performance", "Date"] });
  const closed = fixture.server.close(0);
  jest.advanceTimersByTime(0);
  const told = new Set(await Promise.all(calls));
  jest.runOnlyPendingTimers();
  jest.useRealTimers();
  await closed;
  expect(told).toContain(name === "gRPC" ? `${Code.Unavailable}` : "unavailable");
  expect(told).not.toContain("none");
  expect(admitted).toBeLessThan(30);
  expectNothingKept();
});

it.each(each)("forgets who goes before its turn over %s, and knows what it called", async (_, headers) => {
  await start();
  const before = Array.from({ length: 6 }, () => answered(ask(headers)));
  const gone = ask(headers);
  while (come() < 7) await setImmediate();
  gone.close(http2.constants.NGHTTP2_CANCEL);
  await Promise.all(before);
  await answered(ask(headers));
  expect(admitted).toBe(7);
  expect(ends.map(({ method }) => method?.name)).toEqual(Array(8).fill("GetBillingBalance"));
  expect(ends.filter(({ code }) => code === Code.Canceled)).toHaveLength(1);
  expectNothingKept();
});

it.each(each)(
  "keeps a bounded part of what strangers send before their turn over %s",
  async (name, headers) => {
    await start({ limits: { waitingBytesPerAddressMax: 3 * 65_535 } });
    const told = await Promise.all(Array.from({ length: 12 }, () => answered(ask(headers))));
    const refused = name === "gRPC" ? `${Code.ResourceExhausted}` : "resource_exhausted";
    expect(told.filter((code) => code === refused).length).toBeGreaterThan(4);
    expect(admitted).toBe(12 - told.filter((code) => code === refused).length);
    expectNothingKept();
  },
);

it("keeps a bounded number of strangers without a body before their turn", async () => {
  await start({ limits: { waitingBytesPerAddressMax: 3 * 8 * 1024 } });
  const told = await Promise.all(
    Array.from({ length: 12 }, () => {
      const message = { ":method": "GET", ":path": `${balancePath}?encoding=json&message={}` };
      return answered(session.request({ ...message, "connect-protocol-version": "1" }));
    }),
  );
  expect(told.filter((code) => code === "resource_exhausted").length).toBeGreaterThan(4);
  expectNothingKept();
});

it("ends a call that has its turn already, but waits for others to be served", async () => {
  void rounds.turn({ party: "", departure: { aborted: false, reason: undefined } });
  for (const since = performance.now(); performance.now() - since < 25; );
  const call = { context: undefined as HttpCall["context"], durationMs: 0 } as HttpCall;
  const turn = untilTurn({
    request: { socket: {} } as HttpRequest,
    connection: { isProven: () => true, party: () => "" } as Partial<Connection> as Connection,
    ...{ call, requestHeader: new Headers(), hasBody: false, timeoutMs: () => undefined },
  });
  call.context?.abort(new ConnectError("it stops", Code.Unavailable));
  await expect(turn).rejects.toThrow("it stops");
  expect(call.context).toBeUndefined();
});

it.each(each)(
  "has who asks for health over %s wait for no strangers of the same network",
  async (name, headers) => {
    // As many strangers wait as may.
    await start({ limits: { waitingBytesPerAddressMax: 12 * 65_535 } });
    const strangers = Array.from({ length: 24 }, () => answered(ask(headers)));
    const health = ask(headers, { path: "/grpc.health.v1.Health/Check" });
    if (name === "gRPC") expect(await answered(health)).toBe("0");
    else expect(await text(health)).toContain("SERVING");
    expect(admitted).toBeLessThan(12);
    await Promise.all(strangers);
    expect(admitted).toBeGreaterThan(11);
    expectNothingKept();
  },
);

it("keeps a bounded number of questions for health before their turn", async () => {
  await start({ limits: { waitingOpenBytesPerAddressMax: 3 * 65_535 } });
  const strangers = Array.from({ length: 4 }, () => answered(ask(grpc)));
  const health = Array.from({ length: 12 }, () =>
    answered(ask(grpc, { path: "/grpc.health.v1.Health/Check" })),
  );
  expect((await Promise.all(health)).filter((code) => code === `${Code.ResourceExhausted}`)).toHaveLength(9);
  expect(new Set(await Promise.all(strangers))).toEqual(new Set([`${Code.Unauthenticated}`]));
  expectNothingKept();
});

const proxies = { trusted: [{ address: "127.0.0.1", bits: 32 }], header: "x-forwarded-for" } as const;

describe.each([
  ["of the same network", {}, () => ({})],
  ["of many networks", { proxies }, (index: number) => ({ "x-forwarded-for": `192.0.2.${index}` })],
])("while strangers wait %s", (_, options, networkOf) => {
  it.each(each)("has who was admitted over %s wait for few of them", async (_, headers) => {
    await start(options);
    const own = http2.connect(fixture.url);
    const known = () =>
      answered(ask({ ...headers, ...networkOf(99), authorization: "known" }, { from: own }));
    await known();
    const strangers = Array.from({ length: 24 }, (_, index) =>
      answered(ask({ ...headers, ...networkOf(index) })),
    );
    await answered(ask({ ...headers, "grpc-timeout": "1m", "connect-timeout-ms": "1" }));
    await known();
    expect(admitted).toBeLessThan(18);
    await Promise.all(strangers);
    expect(admitted).toBe(24);
    own.close();
  });
});
