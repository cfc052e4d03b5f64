import net from "node:net";
import { frame } from "../../../test/support/http2-frame.ts";
import { type Fixture, startServer } from "../server.fixture.ts";

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startServer();
});
afterAll(() => fixture.server.close(0));

const preface = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
const [headersType, resetType, settingsType] = [1, 3, 4];
const [endStream, endHeaders] = [1, 4];

/** HPACK, each field as a literal that nobody remembers. */
function block(fields: readonly (readonly [string, string])[]): Buffer {
  const text = (value: string) => [Buffer.from([value.length]), Buffer.from(value)];
  return Buffer.concat(fields.flatMap(([name, value]) => [Buffer.from([0]), ...text(name), ...text(value)]));
}

const post: readonly (readonly [string, string])[] = [
  [":method", "POST"],
  [":scheme", "http"],
  [":path", "/v1/x"],
  [":authority", "host"],
];
const grpc: readonly (readonly [string, string])[] = [
  ...post.slice(0, 2),
  [":path", "/raystack.frontier.v1beta1.FrontierService/GetBillingBalance"],
  [":authority", "host"],
  ["content-type", "application/grpc"],
];
const codes = [0, 2, 8, 11];

/** Opens a stream and resets it in one packet, and waits until the connection has answered a ping behind it. */
function openAndReset(fields: Buffer, code: number, flags: number): Promise<void> {
  const reason = Buffer.alloc(4);
  reason.writeUInt32BE(code);
  const ping = frame(6, 0, 0, Buffer.from("pingping"));
  const packet = Buffer.concat([
    preface,
    frame(settingsType, 0, 0, Buffer.alloc(0)),
    frame(headersType, endHeaders | flags, 1, fields),
    frame(resetType, 0, 1, reason),
    ping,
  ]);
  return new Promise((resolve) => {
    const socket = net.connect(fixture.port, fixture.host, () => socket.write(packet));
    let received = "";
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1");
      if (received.includes("pingping")) socket.destroy();
    });
    socket.on("error", () => undefined);
    socket.on("close", () => setImmediate(resolve));
  });
}

it.each([
  ["an odd header twice", [...post, ["authorization", "a"], ["authorization", "b"]]],
  ["the wish to be told to go on", [...post, ["expect", "100-continue"]]],
  ["too many headers", [...post, ...Array.from({ length: 121 }, (_, at) => [`x-${at}`, "a".repeat(100)])]],
  ["a preflight", [[":method", "OPTIONS"], ...post.slice(1), ["access-control-request-method", "POST"]]],
  ["a call over REST", post],
  ["a call over gRPC", grpc],
] as [string, [string, string][]][])(
  "takes no harm from a stream with %s that is reset in its own packet",
  async (_, fields) => {
    for (const code of codes)
      for (const flags of [0, endStream]) await openAndReset(block(fields), code, flags);
    expect((await fetch(`${fixture.url}/healthz`)).status).toBe(200);
  },
);
