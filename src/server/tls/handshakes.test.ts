import { once } from "node:events";
import net from "node:net";
import pino from "pino";
import { until } from "../../../test/support/until.ts";
import type { Limits } from "../limits.ts";
import { startServer } from "../server.fixture.ts";
import { Certificates } from "./certificates.ts";
import { connectTls, getHttp1, materialOf } from "./tls.fixture.ts";

/** A ClientHello that says that it has 100,000 bytes, and has none of them. */
const begun = Buffer.from("160301000401018630", "hex");

/** A record with one more byte of it. */
const oneByte = Buffer.from("160301000100", "hex");

async function start(limits: Partial<Limits>) {
  const records: Record<string, unknown>[] = [];
  const log = pino({}, { write: (line: string) => records.push(JSON.parse(line)) });
  const tls = { certificates: new Certificates(materialOf("server")), plaintext: "refuse" } as const;
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
    const others = [];
    for (let count = 0; count < 6; count += 1) others.push(await stalled(port));
    await first.closed;
    // Whoever goes on is let in beside those who do not.
    expect(await getHttp1(`${url}/v1/x`)).toMatchObject({ status: 200 });
    await until(async () => total(records, "handshakesCrowdedOut") === 5);
    expect(others.filter(({ socket }) => socket.closed)).toHaveLength(4);
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

it("tells in the log why a handshake failed", async () => {
  const { server, port, records } = await start({});
  const old = { minVersion: "TLSv1.1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" } as const;
  await expect(connectTls(port, old)).rejects.toThrow();
  await until(async () => records.length > 0);
  expect(records).toMatchObject([{ handshakesFailed: 1, reasons: ["ERR_SSL_UNSUPPORTED_PROTOCOL"] }]);
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
