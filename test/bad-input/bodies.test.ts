import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import http2 from "node:http2";
import net from "node:net";
import { text } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { Code } from "@connectrpc/connect";
import { FrontierService } from "../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { envelope, pathOf, protocols, sendFrames } from "./protocols.ts";
import { sendRest } from "./rest.ts";
import { exchange, statusOf } from "./socket.ts";
import { startWorld, type World } from "./world.ts";

const { createBillingUsage } = FrontierService.method;
const megabytes50 = Buffer.alloc(50_000_000, " ");
const bomb = gzipSync(megabytes50);

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterEach(() => world.expectUnharmed());
afterAll(() => world.stop());

const usage = () =>
  JSON.stringify({ org_id: world.tenant.orgId, usages: [{ id: randomUUID(), source: "test", amount: 1 }] });

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

  const refusals: [string, () => string, number, string][] = [
    ["native REST", () => `${world.accountPath}/usages`, 413, '"reason":"BODY_TOO_LARGE"'],
    ["Connect", () => pathOf(createBillingUsage), 429, '"code":"resource_exhausted"'],
    ["Apigee X", () => "/v1/organizations/x/developers/y/balance:credit", 413, '"BODY_TOO_LARGE"'],
    ["Apigee Edge", () => "/v1/mint/organizations/x/developers/y/developer-balances", 413, '"code":"mint.'],
  ];
  const head = (path: string) =>
    [
      `POST ${path} HTTP/1.1`,
      "Host: localhost",
      `Authorization: ${world.header.authorization}`,
      "Content-Type: application/json",
      "Expect: 100-continue",
      `Content-Length: ${megabytes50.length}`,
      "\r\n",
    ].join("\r\n");

  it.each(refusals)(
    "is refused over %s in its own words before it is sent, where its client waits to be told to go on",
    async (_, path, status, words) => {
      const answer = await exchange(world.url, [head(path())]);
      expect({ status: statusOf(answer), answer }).toEqual({
        status,
        answer: expect.stringContaining(words),
      });
      expect(answer.toLowerCase()).toContain("connection: close");
    },
  );

  it.each(refusals)(
    "is refused over %s, where its client does not wait, and reads nothing before it has written all",
    async (_, path, status, words) => {
      const { hostname, port } = new URL(world.url);
      const socket = net.connect(Number(port), hostname).pause();
      socket.write(head(path()));
      await new Promise((resolve) => socket.write(megabytes50, resolve));
      const answer = await text(socket);
      expect([statusOf(answer), answer]).toEqual([status, expect.stringContaining(words)]);
    },
  );
});

it("one that is too large is refused over HTTP/2 once its client was told to go on, and its connection goes on", async () => {
  const session = http2.connect(world.url);
  const ask = (body: Buffer) => {
    const stream = session.request({
      ...world.header,
      ":method": "POST",
      ":path": `${world.accountPath}/usages`,
      "content-type": "application/json",
      expect: "100-continue",
    });
    stream.once("continue", () => stream.end(body)).resume();
    return once(stream, "response").then(([headers]) => headers[":status"]);
  };
  expect(await ask(megabytes50.subarray(0, 5_000_000))).toBe(413);
  expect(await ask(Buffer.from("garbage"))).toBe(400);
  session.close();
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
  // gRPC has INTERNAL for a message that says it is compressed where no encoding is named.
  expect([Code.InvalidArgument, Code.Unimplemented, Code.Internal]).toContain(outcome.code);
  expect(outcome.reason).toBe("MALFORMED_MESSAGE");
});
