import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import http2 from "node:http2";
import net from "node:net";
import { FrontierService } from "../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { envelope, pathOf } from "./protocols.ts";
import { exchange, statusOf } from "./socket.ts";
import { startWorld, type World } from "./world.ts";

const { createBillingUsage } = FrontierService.method;
const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

let world: World;
/** Slow clients take as long as the server lets them, so they begin before all other tests and are looked at last. */
let slow: Record<string, Promise<string>>;
beforeAll(async () => {
  world = await startWorld();
  slow = {
    "sends nothing": exchange(world.url, []),
    "sends half a preface": exchange(world.url, [preface.slice(0, 10)]),
    "sends half a header": exchange(world.url, ["GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: "]),
  };
});
afterEach(() => world.expectUnharmed());
afterAll(() => world.stop());

it.each<[string, Buffer | string]>([
  ["random bytes", Buffer.concat([Buffer.from([0xff]), randomBytes(1_000)])],
  ["a TLS handshake", Buffer.from("16030100a5010000a10303", "hex")],
  ["NULs", Buffer.alloc(1_000)],
  ["no HTTP version", "GET /\r\n\r\n"],
  ["an unknown verb", "FOO / HTTP/1.1\r\nHost: x\r\n\r\n"],
  ["HTTP/9.9", "GET / HTTP/9.9\r\nHost: x\r\n\r\n"],
  ["two lengths", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"],
  [
    "a length and chunks",
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
  ],
  ["a length below zero", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n"],
  ["NUL in a header", "GET / HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n"],
  ["a space before a colon", "GET / HTTP/1.1\r\nHost : x\r\n\r\n"],
  ["a host that cannot be", "GET /healthz HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n"],
])("answers %s with 400 and closes", async (_, bytes) => {
  expect(statusOf(await exchange(world.url, [bytes]))).toBe(400);
});

it.each<[string, Buffer]>([
  ["garbage", randomBytes(1_000)],
  ["a frame that is too large", Buffer.from("ffffff0000000000000000", "hex")],
  ["headers that do not decompress", Buffer.from("000000040000000000000004010500000001ffffffff", "hex")],
])("says goodbye to an HTTP/2 connection with %s", async (_, bytes) => {
  const { port, hostname } = new URL(world.url);
  const socket = net.connect(Number(port), hostname);
  socket.on("error", () => undefined);
  socket.write(Buffer.concat([Buffer.from(preface), bytes, Buffer.alloc(100_000, 0xff)]));
  // Of the frame's head the type, no flags, and stream 0: how long it is depends on what the version of nghttp2 adds.
  const goAway = Buffer.from("070000000000", "hex");
  let received = Buffer.alloc(0);
  for await (const chunk of socket) {
    received = Buffer.concat([received, chunk as Buffer]);
    if (received.includes(goAway)) break;
  }
  expect(received.includes(goAway)).toBe(true);
});

it("survives a client that resets its streams", async () => {
  const session = http2.connect(world.url);
  session.on("error", () => undefined);
  const header = {
    ":method": "POST",
    ":path": pathOf(createBillingUsage),
    "content-type": "application/grpc",
    te: "trailers",
  };
  const streams = Array.from({ length: 500 }, (_, index) => {
    const stream = session.request({ ...header, ...world.header });
    stream.on("error", () => undefined);
    if (index % 2 === 0) stream.write(envelope(Buffer.alloc(1_000)).subarray(0, 100));
    stream.close(http2.constants.NGHTTP2_CANCEL);
    return once(stream, "close");
  });
  await Promise.all(streams);
  session.destroy();
});

it.each(["", "1", '{"org_id":'])("survives a client that vanishes after a body of %j", async (begun) => {
  const { port, hostname } = new URL(world.url);
  for (const path of [`${world.accountPath}/usages`, pathOf(createBillingUsage)]) {
    const socket = net.connect(Number(port), hostname);
    await once(socket, "connect");
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: ${world.header.authorization}\r\n` +
        `Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n${begun}`,
    );
    socket.resetAndDestroy();
    await once(socket, "close");
  }
});

it.each(["zz", "1\r\na\r\nzz"])(
  "answers a path where nothing is, though the body is malformed: %j",
  async (chunks) => {
    const head = "POST /nowhere HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    const answer = await exchange(world.url, [`${head}${chunks}\r\n`]);
    expect([statusOf(answer), answer]).toEqual([404, expect.stringContaining("ROUTE_NOT_FOUND")]);
  },
);

it("refuses a request that is smuggled behind another", async () => {
  const usage = JSON.stringify({ usages: [{ id: randomUUID(), amount: 1 }] });
  const answer = await exchange(world.url, [
    `POST /healthz HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nPOST ${world.accountPath}/usages HTTP/1.1\r\n` +
      `Host: x\r\nAuthorization: ${world.header.authorization}\r\nContent-Length: ${usage.length}\r\n\r\n${usage}`,
  ]);
  expect(answer).not.toContain("200 OK");
});

it("closes the connections of slow clients", async () => {
  const answers = await Promise.all(Object.values(slow));
  expect(
    Object.fromEntries(Object.keys(slow).map((name, index) => [name, statusOf(answers[index] ?? "")])),
  ).toEqual({
    "sends nothing": 0,
    "sends half a preface": 0,
    "sends half a header": 408,
  });
});
