import { once } from "node:events";
import http2 from "node:http2";
import net from "node:net";
import type tls from "node:tls";
import { Code, ConnectError } from "@connectrpc/connect";
import pino from "pino";
import { FrontierService } from "../../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import { authority, pairOf } from "../../../test/support/certificates.ts";
import { until } from "../../../test/support/until.ts";
import type { Limits } from "../limits.ts";
import { startServer } from "../server.fixture.ts";
import { Certificates } from "./certificates.ts";
import { connectTls, getHttp1, materialOf } from "./tls.fixture.ts";

/** A ClientHello that says that it has 100,000 bytes, and has none of them. */
const begun = Buffer.from("160301000401018630", "hex");

/** A record with one more byte of it. */
const oneByte = Buffer.from("160301000100", "hex");

async function start(limits: Partial<Limits>, clients: { readonly clientCa?: string } = {}) {
  const records: Record<string, unknown>[] = [];
  const log = pino({}, { write: (line: string) => records.push(JSON.parse(line)) });
  const tls = { certificates: new Certificates(materialOf("server", clients)), plaintext: "refuse" } as const;
  return { ...(await startServer({ tls, limits, log })), records };
}

/** A client that has begun a handshake, and goes no further. */
async function stalled(port: number) {
  const socket = net.connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  await once(socket, "connect");
  socket.write(begun);
  const closed = new Promise((resolve) => socket.resume().once("close", resolve));
  return { socket, closed };
}

const total = (records: readonly Record<string, unknown>[], kind: string) =>
  records.reduce((sum, record) => sum + Number(record[kind] ?? 0), 0);

describe("a handshake that does not end", () => {
  it("is cut off after its time, even if a byte of it comes now and then", async () => {
    const { server, port, records } = await start({ handshakeMsMax: 300 });
    const { socket, closed } = await stalled(port);
    const trickle = setInterval(() => socket.write(oneByte), 20);
    await closed;
    clearInterval(trickle);
    expect(records).toMatchObject([
      { msg: "connections were refused", handshakesTooSlow: 1, addresses: ["127.0.0.1"] },
    ]);
    await server.close(0);
  });

  it.each([
    ["of one address", { handshakesPerAddressMax: 3 }],
    ["in all", { handshakesMax: 3 }],
  ])("makes room for one more where there are too many %s", async (_, limits) => {
    const { server, url, port, records } = await start(limits);
    const first = await stalled(port);
    const others: Awaited<ReturnType<typeof stalled>>[] = [];
    for (let count = 0; count < 6; count += 1) others.push(await stalled(port));
    await first.closed;
    // Whoever goes on is let in beside those who do not.
    expect(await getHttp1(`${url}/v1/x`)).toMatchObject({ status: 200 });
    await until(async () => total(records, "handshakesCrowdedOut") === 5);
    await until(async () => others.filter(({ socket }) => socket.closed).length === 4);
    for (const { socket } of others) socket.destroy();
    await server.close(0);
  });
});

it.each([
  ["resets its connection", (socket: net.Socket) => socket.resetAndDestroy()],
  ["ends its side", (socket: net.Socket) => socket.end()],
])("counts no handshake of a client that is done, or that %s", async (_, leave) => {
  const { server, url, port, records } = await start({ handshakesMax: 10, handshakeMsMax: 1_000_000 });
  const open = [];
  for (let count = 0; count < 20; count += 1) {
    open.push(await connectTls(port));
    const { socket, closed } = await stalled(port);
    leave(socket);
    await closed;
    expect(await getHttp1(`${url}/v1/x`)).toMatchObject({ status: 200 });
  }
  for (const { socket } of open) {
    expect(socket.destroyed).toBe(false);
    socket.destroy();
  }
  expect(total(records, "handshakesCrowdedOut")).toBe(0);
  await server.close(0);
});

/** Some libraries tell a server by an alert (RFC 8446, section 6) that they do not trust its certificate. */
const unknownAuthority = Buffer.from("15030300020230", "hex");
const connect = (options: tls.ConnectionOptions) => async (port: number) => {
  await expect(connectTls(port, options)).rejects.toThrow();
};
const write =
  (...pieces: Buffer[]) =>
  async (port: number) => {
    const socket = net.connect(port, "127.0.0.1").on("error", () => undefined);
    for (const [index, piece] of pieces.entries()) {
      socket.write(piece);
      if (index < pieces.length - 1) await once(socket, "data");
    }
    await new Promise((resolve) => socket.resume().once("close", resolve));
  };

const noSecurity = "DEFAULT@SECLEVEL=0";
type Refused = [what: string, refuse: (port: number) => Promise<unknown>, record: object];
const refusedOfAll: Refused[] = [
  [
    "a version of TLS that is too old",
    connect({ minVersion: "TLSv1.1", maxVersion: "TLSv1.1", ciphers: noSecurity }),
    { handshakesFailed: 1, reasons: ["ERR_SSL_UNSUPPORTED_PROTOCOL"] },
  ],
  [
    "a client that has no cipher of ours",
    connect({ maxVersion: "TLSv1.2", ciphers: "ECDHE-RSA-AES128-SHA:ECDHE-ECDSA-AES128-SHA" }),
    { handshakesFailed: 1, reasons: ["ERR_SSL_NO_SHARED_CIPHER"] },
  ],
  [
    "a client that does not trust the certificate",
    async (port) => write(await helloOf(port), unknownAuthority)(port),
    { handshakesFailed: 1, reasons: ["ERR_SSL_TLSV1_ALERT_UNKNOWN_CA"] },
  ],
  [
    "noise that begins as a handshake does",
    write(Buffer.concat([Buffer.from("1603", "hex"), Buffer.alloc(1_000, 0xff)])),
    { handshakesFailed: 1, reasons: [expect.stringMatching(/^ERR_SSL_/)] },
  ],
  ["noise that begins as nothing does", write(Buffer.from("noise\r\n\r\n")), { plaintext: 1 }],
  ["a client without TLS", write(Buffer.from("GET / HTTP/1.1\r\nhost: a\r\n\r\n")), { plaintext: 1 }],
];

it.each(refusedOfAll)("tells in the log, and counts, why it refuses %s", async (_, refuse, record) => {
  const { server, port, records } = await start({});
  await refuse(port);
  await until(async () => records.length > 0);
  expect(records).toMatchObject([{ msg: "connections were refused", addresses: ["127.0.0.1"], ...record }]);
  const [kind = ""] = Object.keys(record);
  expect(server.figures().connections.refused).toEqual(new Map([[kind, 1]]));
  await server.close(0);
});

it.each([
  ["none", undefined, "none was shown"],
  ["one of an authority that nobody named", pairOf("foreign"), /^UNABLE_TO_/],
  ["one that has ended", pairOf("ended"), "CERT_HAS_EXPIRED"],
])("tells in the log why it takes no client with %s for a certificate", async (_, pair, reason) => {
  const { server, url, records } = await start({}, { clientCa: authority });
  expect(await getHttp1(`${url}/v1/x`, pair)).toMatchObject({ status: 403 });
  expect(records).toMatchObject([{ clientCertificates: 1, reasons: [expect.stringMatching(reason)] }]);
  await server.close(0);
});

it("survives what is no handshake, and clients that leave it at every point", async () => {
  const { server, url, port } = await start({});
  const hello = await helloOf(port);
  for (let length = 1; length <= hello.length; length += 40) {
    const socket = net.connect(port, "127.0.0.1");
    await once(socket, "connect");
    socket.write(hello.subarray(0, length));
    socket.resetAndDestroy();
  }
  const noise = net.connect(port, "127.0.0.1");
  noise.on("error", () => undefined);
  noise.write(Buffer.concat([Buffer.from("1603", "hex"), Buffer.alloc(1_000, 0xff)]));
  await new Promise((resolve) => noise.resume().once("close", resolve));
  expect(await getHttp1(`${url}/v1/x`)).toMatchObject({ status: 200 });
  await server.close(0);
});

it("begins no handshake of a client that has ended its side while others have their turns", async () => {
  let calls = 0;
  const { server, port } = await startServer({
    tls: { certificates: new Certificates(materialOf("server")), plaintext: "allow" },
    admit: () => {
      calls += 1;
      // Longer than requests are begun in a round.
      for (const since = performance.now(); performance.now() - since < 25; );
      return Promise.reject(new ConnectError("a stranger", Code.Unauthenticated));
    },
  });
  const hello = await helloOf(port);
  const session = http2.connect(`http://127.0.0.1:${port}`);
  await once(session, "remoteSettings");
  const headers = {
    ":method": "POST",
    ":path": `/${FrontierService.typeName}/GetBillingBalance`,
    "content-type": "application/grpc",
    te: "trailers",
  };
  const called = Array.from({ length: 60 }, () => once(session.request(headers).resume().end(), "close"));
  await until(async () => calls > 0);
  const left = Array.from({ length: 20 }, () =>
    net.connect({ port, host: "127.0.0.1", allowHalfOpen: true }),
  );
  await Promise.all(
    left.map((socket) => {
      socket.resume().end(hello);
      return once(socket, "close");
    }),
  );
  expect(left.map(({ bytesRead }) => bytesRead)).toEqual(left.map(() => 0));
  await Promise.all(called);
  session.close();
  await server.close(0);
});

/** What a client begins with. */
async function helloOf(port: number): Promise<Buffer> {
  const relay = net.createServer((socket) => relay.emit("hello", socket)).listen(0, "127.0.0.1");
  await once(relay, "listening");
  const connecting = connectTls((relay.address() as net.AddressInfo).port).catch(() => port);
  const [socket] = (await once(relay, "hello")) as [net.Socket];
  const [hello] = await once(socket, "data");
  socket.destroy();
  relay.close();
  await connecting;
  return hello;
}
