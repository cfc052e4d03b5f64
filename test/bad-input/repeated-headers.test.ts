import net from "node:net";
import { FrontierService } from "../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { frame } from "../support/http2-frame.ts";
import { envelope, pathOf } from "./protocols.ts";
import { exchange, statusOf } from "./socket.ts";
import { startWorld, type World } from "./world.ts";

const method = pathOf(FrontierService.method.getBillingBalance);

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterEach(() => world.expectUnharmed());
afterAll(() => world.stop());

type Field = readonly [name: string, value: string];

const calls: Readonly<Record<string, { path: () => string; contentType: string; body: Buffer }>> = {
  REST: {
    path: () => `${world.accountPath}/usages`,
    contentType: "application/json",
    body: Buffer.from('{"usages":[]}'),
  },
  Connect: { path: () => method, contentType: "application/json", body: Buffer.from("{}") },
  "gRPC-Web": {
    path: () => method,
    contentType: "application/grpc-web+proto",
    body: envelope(Buffer.alloc(0)),
  },
  gRPC: { path: () => method, contentType: "application/grpc", body: envelope(Buffer.alloc(0)) },
};

const twice: Readonly<Record<string, (good: string) => Field[]>> = {
  Authorization: (good) => [
    ["host", "a"],
    ["authorization", good],
    ["authorization", "Bearer other"],
  ],
  "the same Authorization": (good) => [
    ["host", "a"],
    ["authorization", good],
    ["authorization", good],
  ],
  Host: (good) => [
    ["host", "a"],
    ["host", "b"],
    ["authorization", good],
  ],
  "the same Idempotency-Key": (good) => [
    ["host", "a"],
    ["authorization", good],
    ["idempotency-key", "order-1"],
    ["Idempotency-Key", "order-1"],
  ],
};

describe.each(Object.entries(twice))("%s twice", (what, fieldsOf) => {
  it.each(Object.keys(calls).filter((name) => name !== "gRPC"))(
    "is 400 over HTTP/1.1 to %s",
    async (name) => {
      const { path, contentType, body } = callOf(name);
      const fields: Field[] = [...fieldsOf(world.header.authorization), ["content-type", contentType]];
      const head = fields.map(([field, value]) => `${field}: ${value}\r\n`).join("");
      const answer = await exchange(world.url, [
        `POST ${path()} HTTP/1.1\r\n${head}connection: close\r\ncontent-length: ${body.length}\r\n\r\n`,
        body,
      ]);
      expect(statusOf(answer)).toBe(400);
      expect(answer).toContain("is there twice");
    },
  );

  it.each(Object.keys(calls))("is refused over HTTP/2 to %s", async (name) => {
    const { path, contentType, body } = callOf(name);
    const sent: Field[] = [...fieldsOf(world.header.authorization), ["content-type", contentType]];
    const fields = sent.map(([name, value]): Field => [name.toLowerCase(), value]);
    // nghttp2 knows that Host may be there once, and resets the stream (RFC 9113, section 8.1.1).
    // Those of gRPC have their status in a field (src/server/http2/http2.test.ts).
    const refused = name.startsWith("gRPC") ? 200 : 400;
    expect(await statusOverHttp2(path(), fields, body)).toBe(what === "Host" ? "reset" : refused);
  });
});

it.each(Object.keys(calls))("one of each is taken over HTTP/2 to %s", async (name) => {
  const { path, contentType, body } = callOf(name);
  const fields: Field[] = [
    ["host", "a"],
    ["authorization", world.header.authorization],
    ["content-type", contentType],
  ];
  expect(await statusOverHttp2(path(), fields, body)).not.toBe(401);
  expect(await statusOverHttp2(path(), fields.slice(1), body)).not.toBe(401);
});

function callOf(name: string) {
  const call = calls[name];
  if (call === undefined) throw new Error(`no call ${name}`);
  return call;
}

type Answer = number | "another status" | "reset" | "closed";

/** Frames by hand, because hardly any client sends a field twice that may be there once. */
async function statusOverHttp2(path: string, fields: readonly Field[], body: Buffer): Promise<Answer> {
  const pseudo: Field[] = [
    [":method", "POST"],
    [":scheme", "http"],
    [":path", path],
    [":authority", "a"],
  ];
  const block = Buffer.concat([...pseudo, ...fields, ["te", "trailers"] as const].map(literal));
  const { hostname, port } = new URL(world.url);
  const socket = net.connect(Number(port), hostname);
  socket.write(
    Buffer.concat([Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), frame(4, 0, 0, Buffer.alloc(0))]),
  );
  socket.write(Buffer.concat([frame(1, 4, 1, block), frame(0, 1, 1, body)]));
  let received = Buffer.alloc(0);
  for await (const chunk of socket) {
    received = Buffer.concat([received, chunk as Buffer]);
    const answer = answerIn(received);
    if (answer !== undefined) return answer;
  }
  return "closed";
}

/** A literal header field without indexing, of a name and a value without Huffman coding (RFC 7541, section 6.2.2). */
function literal([name, value]: Field): Buffer {
  return Buffer.concat([Buffer.of(0), text(name), text(value)]);
}

function text(value: string): Buffer {
  const { length } = value;
  return Buffer.concat([length < 127 ? Buffer.of(length) : Buffer.of(127, length - 127), Buffer.from(value)]);
}

/** The statuses that HPACK's table has, by their index (RFC 7541, appendix A). */
const statuses: Readonly<Record<number, number>> = { 8: 200, 9: 204, 12: 400, 13: 404, 14: 500 };

/** What the first frame that answers the stream says; undefined where none has come yet. */
function answerIn(received: Buffer): Answer | undefined {
  for (let at = 0; at + 9 <= received.length; at += 9 + received.readUIntBE(at, 3)) {
    const payload = received.subarray(at + 9, at + 9 + received.readUIntBE(at, 3));
    const type = received.readUInt8(at + 3);
    if (type === 3) return "reset";
    if (type !== 1 || payload.length < received.readUIntBE(at, 3)) continue;
    return statuses[payload.readUInt8(0) & 0x7f] ?? "another status";
  }
  return undefined;
}
