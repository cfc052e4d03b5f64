import { once } from "node:events";
import http2 from "node:http2";
import net from "node:net";
import { setTimeout } from "node:timers/promises";
import tls from "node:tls";
import { authority, testTls } from "../../../test/support/certificates.ts";
import { frame } from "../../../test/support/http2-frame.ts";
import { until } from "../../../test/support/until.ts";
import { pathOf } from "../http.ts";
import type { HttpHandler } from "../http-handler.ts";
import { type Fixture, startServer } from "../server.fixture.ts";
import { http2Preface } from "./sniff.ts";

const hurried = { idleMsMax: 200, answerMsMax: 200, drainMsMax: 200 };
const [dataType, headersType, settingsType, pingType, goawayType, windowType] = [0, 1, 4, 6, 7, 8];
const [endStream, endHeaders] = [1, 4];

/** More than the system keeps for a client that reads nothing. */
const large = Buffer.alloc(16 * 1024 * 1024);
/** Of which the system keeps all. */
const medium = Buffer.alloc(1024 * 1024);
/** Behind a whole answer to `/v1/fill` it leaves no room for another. */
const gateway: HttpHandler = {
  async handle(request, response) {
    if (pathOf(request) === "/v1/fill") response.end("done", () => request.socket.write(large));
    else response.end(pathOf(request) === "/v1/medium" ? medium : large);
  },
};

/** HPACK, each field as a literal that nobody remembers. */
function fields(path: string, others: Readonly<Record<string, string>> = {}): Buffer {
  const all = { ":method": "POST", ":scheme": "http", ":path": path, ":authority": "host", ...others };
  const text = (value: string) => [Buffer.from([value.length]), Buffer.from(value)];
  return Buffer.concat(
    Object.entries(all).flatMap(([name, value]) => [Buffer.from([0]), ...text(name), ...text(value)]),
  );
}

/** The call that goes on for as long as its client likes. */
const watchPath = "/grpc.health.v1.Health/Watch";
const watchType = { "content-type": "application/grpc" };
const watch = Buffer.concat([
  frame(headersType, endHeaders, 1, fields(watchPath, watchType)),
  frame(dataType, endStream, 1, Buffer.alloc(5)),
]);

const window = frame(windowType, 0, 0, Buffer.from([0, 0, 0, 1]));
const ping = frame(pingType, 0, 0, Buffer.alloc(8));
/** Of a type that nobody knows, and so long that what is behind it is decrypted, and answered, by itself. */
const filler = frame(0xfa, 0, 0, Buffer.alloc(16 * 1024));

function openWatch(session: http2.ClientHttp2Session): http2.ClientHttp2Stream {
  const stream = session.request({ ":method": "POST", ":path": watchPath, ...watchType });
  stream.on("error", () => undefined).end(Buffer.alloc(5));
  return stream;
}

/** Takes answers of any size. */
const greeting = Buffer.concat([
  http2Preface,
  frame(settingsType, 0, 0, Buffer.from([0, 4, 0x7f, 0xff, 0xff, 0xff])),
  frame(windowType, 0, 0, Buffer.from([0x3f, 0xff, 0xff, 0xff])),
]);

/** A client that answers nothing by itself, and never closes; `inner` is inside of the connection. */
async function connect({ port, url }: Fixture, protocol: "h2" | "http/1.1") {
  const socket = net.connect({ port, host: "127.0.0.1", noDelay: true, allowHalfOpen: true });
  socket.on("error", () => undefined);
  if (url.startsWith("http:")) return { socket, inner: socket };
  const inner = tls.connect({ socket, ca: authority, servername: "localhost", ALPNProtocols: [protocol] });
  inner.on("error", () => undefined);
  await once(inner, "secureConnect");
  return { socket, inner };
}

async function connectHttp2(fixture: Fixture) {
  const client = await connect(fixture, "h2");
  client.inner.write(greeting);
  await once(client.inner, "data");
  return client;
}

const openCount = ({ server }: Fixture) => server.figures().connections.open;

async function expectNoneOpenSoon(fixture: Fixture) {
  expect(openCount(fixture)).toBe(1);
  await until(async () => openCount(fixture) === 0);
}

describe.each([false, true])("a connection (encrypted: %s)", (isEncrypted) => {
  const encrypted = isEncrypted ? { tls: testTls() } : {};
  let fixture: Fixture;
  beforeEach(async () => {
    fixture = await startServer({ limits: hurried, gateway, ...encrypted });
  });
  afterEach(() => fixture.server.close(0));

  it("closes though its client takes nothing of its answer over HTTP/2", async () => {
    const { socket, inner } = await connectHttp2(fixture);
    inner.pause();
    inner.write(frame(headersType, endStream | endHeaders, 1, fields("/v1/x")));
    await expectNoneOpenSoon(fixture);
    socket.destroy();
  });

  it.each([
    ["takes nothing of its answer over HTTP/2", Buffer.alloc(0)],
    ["goes away and takes nothing of it", frame(goawayType, 0, 0, Buffer.alloc(8))],
  ])("closes soon when it is cut because its client %s", async (_, first) => {
    const answerMsMax = 3_000;
    const cutting = await startServer({ limits: { answerMsMax, drainMsMax: 100 }, gateway, ...encrypted });
    const { socket, inner } = await connectHttp2(cutting);
    inner.pause();
    const askedAt = performance.now();
    inner.write(Buffer.concat([frame(headersType, endStream | endHeaders, 1, fields("/v1/x")), first]));
    await expectNoneOpenSoon(cutting);
    expect(performance.now() - askedAt).toBeLessThan(2 * answerMsMax);
    socket.destroy();
    await cutting.server.close(0);
  });

  it("closes though its client does not, when it was idle over HTTP/2", async () => {
    const { socket, inner } = await connectHttp2(fixture);
    inner.resume();
    await expectNoneOpenSoon(fixture);
    socket.destroy();
  });

  it.each([
    ["has a call under way", []],
    ["has one and goes away", [frame(goawayType, 0, 0, Buffer.alloc(8))]],
  ])("closes when it is quiet and its client, which %s, does not answer", async (_, frames) => {
    const { socket, inner } = await connectHttp2(fixture);
    inner.resume();
    inner.write(Buffer.concat([watch, ...frames]));
    await expectNoneOpenSoon(fixture);
    socket.destroy();
  });

  it.each([
    ["no call", ping],
    ["a call", watch],
  ])("closes that was reset between two answers, with %s under way", async (_, first) => {
    const { socket, inner } = await connectHttp2(fixture);
    inner.write(first);
    await once(inner, "data");
    inner.write(Buffer.concat([ping, filler, ping, filler, ping]));
    socket.resetAndDestroy();
    await expectNoneOpenSoon(fixture);
  });

  it("closes though its last answer over HTTP/1.1 is never written", async () => {
    // No time of a request ends it.
    const limits = { answerMsMax: 200, drainMsMax: 200, headersMsMax: 60_000 };
    const lasting = await startServer({ limits, gateway, ...encrypted });
    const { socket, inner } = await connect(lasting, "http/1.1");
    inner.write("GET /v1/fill HTTP/1.1\r\nhost: a\r\n\r\n");
    await once(inner, "data");
    inner.pause();
    inner.write("noise\r\n\r\n");
    await expectNoneOpenSoon(lasting);
    socket.destroy();
    await lasting.server.close(0);
  });

  it.each([
    ["so all the time", 0],
    ["nothing for long", medium.length / 2],
  ])(
    "stays while its client takes the last answer and says %s, when it was old over HTTP/2",
    async (_, silentFor) => {
      const old = await startServer({
        limits: { connectionMsMax: 50, drainMsMax: 200 },
        gateway,
        ...encrypted,
      });
      const { inner } = await connectHttp2(old);
      inner.write(frame(headersType, endStream | endHeaders, 1, fields("/v1/medium")));
      let taken = 0;
      for await (const piece of inner) {
        taken += piece.length;
        // A second for all of it.
        await setTimeout(piece.length / 1000);
        if (taken > silentFor) inner.write(window);
      }
      expect(taken).toBeGreaterThan(medium.length);
      await until(async () => openCount(old) === 0);
      await old.server.close(0);
    },
  );

  it("stays for as long as a call is under way, though what its client says first is no answer", async () => {
    const quiet = await startServer({ limits: { idleMsMax: 300, drainMsMax: 100 }, ...encrypted });
    const { socket, inner } = await connectHttp2(quiet);
    inner.write(watch);
    let asked = 0;
    for await (const piece of inner) {
      // The question is empty, and has no flag, as an acknowledgement has.
      if (!piece.includes(frame(settingsType, 0, 0, Buffer.alloc(0)))) continue;
      asked += 1;
      if (asked === 3) break;
      inner.write(ping);
    }
    expect(asked).toBe(3);
    socket.destroy();
    await quiet.server.close(0);
  });

  describe("with a client that answers", () => {
    let patient: Fixture;
    let session: http2.ClientHttp2Session;
    beforeEach(async () => {
      patient = await startServer({ limits: { idleMsMax: 100 }, ...encrypted });
      session = http2.connect(patient.url, { ca: authority, servername: "localhost" });
      await once(session, "remoteSettings");
    });
    afterEach(async () => {
      session.destroy();
      await patient.server.close(0);
    });

    it("stays for as long as a call is under way", async () => {
      await once(openWatch(session), "response");
      for (let count = 0; count < 3; count += 1) await once(session, "remoteSettings");
      expect(openCount(patient)).toBe(1);
    });

    it("closes when its last call ends that was quiet", async () => {
      const stream = openWatch(session);
      await once(stream, "response");
      await once(session, "remoteSettings");
      stream.close(http2.constants.NGHTTP2_CANCEL);
      await once(session, "close");
    });
  });
});
