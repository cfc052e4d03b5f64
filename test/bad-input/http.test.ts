import { randomBytes, randomUUID } from "node:crypto";
import http2 from "node:http2";
import { gzipSync } from "node:zlib";
import { Code } from "@connectrpc/connect";
import { FrontierService } from "../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { basic } from "../support/service.ts";
import { envelope, pathOf, protocols, sendFrames } from "./protocols.ts";
import { restOutcome, sendRest } from "./rest.ts";
import { exchange, statusOf } from "./socket.ts";
import { startWorld, type World } from "./world.ts";

const { createBillingUsage, getBillingBalance } = FrontierService.method;
const megabytes50 = Buffer.alloc(50_000_000, " ");
const bomb = gzipSync(megabytes50);

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterEach(() => world.expectUnharmed());
afterAll(() => world.stop());

const base64 = (text: string | Buffer) => Buffer.from(text).toString("base64");
const usage = () =>
  JSON.stringify({ org_id: world.tenant.orgId, usages: [{ id: randomUUID(), source: "test", amount: 1 }] });

describe.each([
  ["nothing", undefined],
  ["an empty value", ""],
  ["a scheme alone", "Basic"],
  ["an unknown scheme", "Digest username=platform"],
  ["no base64", "Basic !!!!"],
  ["no colon", `Basic ${base64("platform")}`],
  ["no client id", `Basic ${base64(":secret")}`],
  ["no secret", `Basic ${base64("platform:")}`],
  ["a wrong secret", `Basic ${base64("platform:wrong")}`],
  ["NUL in a client id", `Basic ${base64("plat\0form:secret")}`],
  ["garbage", `Basic ${base64(Buffer.from([0xff, 0xfe, 0x3a, 0x80, 0xc0]))}`],
  ["SQL", `Basic ${base64("' or 1=1 --:x")}`],
  ["letters beyond ASCII", `Basic ${base64("plätförm:sécret")}`],
  ["a scheme beyond ASCII", "Bäsic cGxhdGZvcm06"],
  ["two values", "Basic cGxhdGZvcm06 cGxhdGZvcm06"],
  ["an empty token", "Bearer "],
  ["a wrong token", "Bearer wrong"],
  ["a token of 10 kB", `Bearer ${"x".repeat(10_000)}`],
])("%s as Authorization", (_, authorization) => {
  const header: Record<string, string> = authorization === undefined ? {} : { authorization };

  // grpc-js does not even send what is beyond ASCII.
  const senders = Object.entries(protocols).filter(([name]) => !/ä/.test(authorization ?? "") || !/grpc-js/.test(name));
  it.each(senders)("is refused over %s", async (_protocol, { encoding, send }) => {
    const body = encoding === "json" ? Buffer.from("{}") : new Uint8Array();
    const outcome = await send({ url: world.url, method: getBillingBalance, body, header });
    expect(outcome).toMatchObject({ code: Code.Unauthenticated, reason: "UNAUTHENTICATED" });
  });

  it("is refused over REST", async () => {
    const outcome = await sendRest(`${world.url}${world.accountPath}/usages`, {
      headers: header,
      body: usage(),
    });
    expect(outcome).toMatchObject({ status: 401, code: Code.Unauthenticated, reason: "UNAUTHENTICATED" });
    expect(outcome.headers.get("www-authenticate")).toMatch(/Basic/);
  });
});

describe("a body of 50 MB", () => {
  const chunked = () => {
    const chunks = Array.from({ length: 50 }, () => Buffer.alloc(1_000_000, " "));
    return new ReadableStream({
      pull(controller) {
        const chunk = chunks.pop();
        if (chunk === undefined) controller.close();
        else controller.enqueue(chunk);
      },
    });
  };
  const bodies: [string, () => RequestInit, Record<string, string>][] = [
    ["with a length", () => ({ body: megabytes50 }), {}],
    ["in chunks", () => ({ body: chunked(), duplex: "half" }), {}],
    ["inflated", () => ({ body: bomb }), { "content-encoding": "gzip" }],
  ];

  it.each(bodies)("%s is refused over REST", async (_, init, headers) => {
    const url = `${world.url}${world.accountPath}/usages`;
    const outcome = await sendRest(url, { ...init(), headers: { ...world.header, ...headers } });
    expect(outcome).toMatchObject({ status: 413, code: Code.ResourceExhausted, reason: "BODY_TOO_LARGE" });
  });

  it.each(bodies)("%s is refused over Connect", async (_, init, headers) => {
    const response = await fetch(world.url + pathOf(createBillingUsage), {
      method: "POST",
      headers: { "content-type": "application/json", ...world.header, ...headers },
      ...init(),
    });
    expect([response.status, (await response.json()) as object]).toEqual([
      429,
      expect.objectContaining({ code: "resource_exhausted" }),
    ]);
  });

  it.each([
    ["as it is", envelope(megabytes50), {}],
    ["inflated", envelope(bomb, 1), { "grpc-encoding": "gzip" }],
    ["announced and not sent", Buffer.from([0, 0xff, 0xff, 0xff, 0xff]), {}],
  ])("%s is refused over gRPC", async (_, body, headers) => {
    const header = { "content-type": "application/grpc+proto", ...world.header, ...headers };
    const outcome = await sendFrames({ url: world.url, method: createBillingUsage, body, header });
    expect(outcome.code).toBe(Code.ResourceExhausted);
  });
});

describe("compression", () => {
  const damaged = [randomBytes(100), gzipSync(usageText()).subarray(0, 40), Buffer.from("garbage")];

  it.each(damaged)("that is damaged is refused", async (body) => {
    const headers = { ...world.header, "content-encoding": "gzip" };
    const rest = await sendRest(`${world.url}${world.accountPath}/usages`, { headers, body });
    expect(rest).toMatchObject({ status: 400, reason: "MALFORMED_BODY" });
    const connect = protocols["Connect JSON"]?.send({
      url: world.url,
      method: createBillingUsage,
      body,
      header: headers,
    });
    expect(await connect).toMatchObject({ code: Code.InvalidArgument });
    const header = { ...world.header, "content-type": "application/grpc", "grpc-encoding": "gzip" };
    const frames = { url: world.url, method: createBillingUsage, body: envelope(body, 1), header };
    expect(await sendFrames(frames)).toMatchObject({ code: Code.InvalidArgument });
  });

  it("that is unknown is refused", async () => {
    const headers = { ...world.header, "content-encoding": "zip" };
    const rest = await sendRest(`${world.url}${world.accountPath}/usages`, { headers, body: usage() });
    expect(rest.status).toBe(415);
    const header = { ...world.header, "content-type": "application/grpc", "grpc-encoding": "zip" };
    const frames = { url: world.url, method: createBillingUsage, body: envelope(Buffer.alloc(1), 1), header };
    expect(await sendFrames(frames)).toMatchObject({ code: Code.Unimplemented });
  });

  function usageText(): string {
    return JSON.stringify({
      usages: [{ id: randomUUID(), source: randomBytes(50).toString("hex"), amount: 1 }],
    });
  }
});

it.each([
  ["nothing", Buffer.alloc(0)],
  ["half a prefix", Buffer.from([0, 0])],
  ["half a message", envelope(Buffer.alloc(100)).subarray(0, 50)],
  ["two messages", Buffer.concat([envelope(Buffer.alloc(0)), envelope(Buffer.alloc(0))])],
  ["unknown flags", envelope(Buffer.from("x"), 0x7f)],
])("refuses %s as a gRPC body", async (_, body) => {
  const header = { "content-type": "application/grpc", ...world.header };
  const outcome = await sendFrames({ url: world.url, method: createBillingUsage, body, header });
  expect([Code.InvalidArgument, Code.Unimplemented]).toContain(outcome.code);
});

it.each([
  ["/v1beta1/organizations/../organizations/x/billing", 404],
  ["/v1beta1/organizations/%2e%2e/billing/%2e%2e/balance", 400],
  ["/../../etc/passwd", 404],
  ["/v1beta1//organizations", 404],
  ["//", 404],
  ["/%00", 400],
  ["/v1beta1/organizations/a%00b/billing/x/balance", 400],
  ["/v1beta1/organizations/%/billing/x/balance", 400],
  ["/v1beta1/organizations/%zz/billing/x/balance", 400],
  ["/v1beta1/organizations/%c0%af/billing/x/balance", 400],
  ["/v1beta1/organizations/%ed%a0%80/billing/x/balance", 400],
  ["/v1beta1/organizations/x/billing/'%20or%201=1--/balance", 400],
  ["/tallystick/v1/organizations/__proto__", 404],
  ["/tallystick/v1/organizations?page_size=99999999999", 400],
  ["/tallystick/v1/organizations?page_size=1&page_size=2", 400],
  ["/tallystick/v1/organizations?page_token=%ff", 400],
  ["/tallystick/v1/organizations?__proto__.x=1", 400],
  [`/tallystick/v1/organizations?${"a&".repeat(1_001)}`, 400],
  [`/${"a/".repeat(200)}`, 404],
  ["http://[bad/x", 404],
  ["*", 400],
])("answers GET %s with %d", async (path, status) => {
  const answer = await exchange(world.url, [
    `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${world.header.authorization}\r\nConnection: close\r\n\r\n`,
  ]);
  expect(statusOf(answer)).toBe(status);
});

it.each([
  ["text/plain", 415],
  ["application/xml", 415],
  ["application/json; charset=latin1", 415],
  ["application/x-www-form-urlencoded", 415],
])("refuses %s over REST", async (contentType, status) => {
  const init = { headers: { ...world.header, "content-type": contentType }, body: usage() };
  expect(await sendRest(`${world.url}${world.accountPath}/usages`, init)).toMatchObject({ status });
});

it.each([
  "text/plain",
  "application/xml",
  "application/grpc+xml",
  "application/grpc-web-text",
  "application/connect+json",
])("refuses %s for an RPC", async (contentType) => {
  const headers = { ...world.header, "content-type": contentType };
  const response = await fetch(world.url + pathOf(createBillingUsage), {
    method: "POST",
    headers,
    body: usage(),
  });
  expect(response.status).toBe(415);
});

it.each(["PUT", "PATCH", "DELETE", "OPTIONS"])("refuses %s where only POST may be", async (method) => {
  const rest = await restOutcome(
    await fetch(`${world.url}${world.accountPath}/usages`, { method, headers: world.header }),
  );
  expect(rest).toMatchObject({ status: 405, reason: "METHOD_NOT_ALLOWED" });
  expect(rest.headers.get("allow")).toBe("POST");
  const rpc = await fetch(world.url + pathOf(createBillingUsage), { method, headers: world.header });
  expect(rpc.status).toBe(405);
});

it.each([
  "",
  "?connect=v1",
  "?connect=v1&encoding=json&message=%7Bnope",
  "?connect=v1&encoding=json&message=%ff",
  "?connect=v1&encoding=proto&base64=1&message=%25%25%25",
  "?connect=v1&encoding=proto&message=%ff%ff",
  "?connect=v1&encoding=xml&message=x",
  "?connect=v1&encoding=json&compression=zip&message=x",
  "?connect=v1&encoding=json&compression=gzip&message=x",
  "?connect=v2&encoding=json&message=%7B%7D",
])("refuses a Connect GET with %j", async (query) => {
  const response = await fetch(world.url + pathOf(getBillingBalance) + query, { headers: world.header });
  await response.arrayBuffer();
  expect(response.status).toBeGreaterThanOrEqual(400);
  expect(response.status).not.toBe(500);
});

describe.each(["0", "-1", "abc", "", "1.5", "99999999999999999999", "0m", "-5S", "1x"])(
  "a deadline of %j",
  (value) => {
    it.each(Object.entries(protocols))("ends the call over %s", async (_, { encoding, send }) => {
      if (value === "") return;
      const header = { ...world.header, "grpc-timeout": value, "connect-timeout-ms": value };
      const body = encoding === "json" ? Buffer.from("{}") : new Uint8Array();
      const { code } = await send({ url: world.url, method: getBillingBalance, body, header });
      expect([Code.InvalidArgument, Code.DeadlineExceeded]).toContain(code);
    });

    it.each(["grpc-timeout", "connect-timeout-ms"])("ends the call over REST in %s", async (name) => {
      const response = await fetch(`${world.url}${world.accountPath}/balance`, {
        headers: { ...world.header, [name]: value },
      });
      expect([400, 504]).toContain(response.status);
    });
  },
);

describe("a header bomb", () => {
  it("of one huge header is refused over HTTP/1.1", async () => {
    const headers = { ...world.header, "x-bomb": "x".repeat(100_000) };
    expect(await sendRest(`${world.url}/v1beta1`, { headers })).toMatchObject({
      status: 431,
      reason: "HEADER_TOO_LARGE",
    });
  });

  it("of many headers is refused over HTTP/1.1", async () => {
    const bombs = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`x-${index}`, "x"]));
    expect(await sendRest(`${world.url}/v1beta1`, { headers: bombs })).toMatchObject({ status: 431 });
  });

  it.each([
    ["one huge header", { "x-bomb": "x".repeat(60_000) }],
    ["many headers", Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`x-${index}`, "x"]))],
  ])("of %s is refused over HTTP/2", async (_, bombs) => {
    const session = http2.connect(world.url);
    session.on("error", () => undefined);
    const outcome = await new Promise<number | string>((resolve) => {
      const stream = session.request({ ":path": "/healthz", ...bombs });
      stream.on("response", ({ ":status": status }) => resolve(status ?? 0));
      stream.on("error", () => resolve("reset")).on("close", () => resolve("reset"));
    });
    session.destroy();
    expect([431, "reset"]).toContain(outcome);
  });
});

it("takes a credential in spite of letters beyond ASCII in other headers", async () => {
  const headers = {
    authorization: basic(world.tenant.reader),
    "x-request-id": "ä\u00ff",
    "user-agent": "\u00e9",
  };
  expect((await fetch(`${world.url}${world.accountPath}/balance`, { headers })).status).toBe(200);
});
