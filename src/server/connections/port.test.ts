import { once } from "node:events";
import http2 from "node:http2";
import net from "node:net";
import pino, { type Logger } from "pino";
import { rounds } from "../requests/rounds.ts";
import { exchange, type Fixture, startServer } from "../server.fixture.ts";
import { http2Preface } from "./sniff.ts";

const bytesOf = (text: string | Buffer) => [...Buffer.from(text)].map((byte) => Buffer.of(byte));
const post = (verb: string, body: string) =>
  `${verb} /v1/x HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
/** An empty SETTINGS frame. */
const settings = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);

describe("port", () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await startServer();
  });
  afterAll(() => fixture.server.close(0));

  it.each(["POST", "PUT", "PATCH", "PROPFIND"])("takes HTTP/1.1 %s, whole and byte by byte", async (verb) => {
    expect(await exchange(fixture.port, [post(verb, "hi")])).toContain('"length":2');
    expect(await exchange(fixture.port, bytesOf(post(verb, "hi")))).toContain('"length":2');
  });

  it("takes an HTTP/1.1 body that comes in one piece with its head", async () => {
    expect(await exchange(fixture.port, [post("POST", "x".repeat(1_000_000))])).toContain('"length":1000000');
  });

  it("takes HTTP/2 with a preface that comes byte by byte", async () => {
    const socket = net.connect(fixture.port, "127.0.0.1");
    for (const byte of bytesOf(http2Preface)) {
      socket.write(byte);
      await new Promise(setImmediate);
    }
    socket.write(settings);
    const [first] = await once(socket, "data");
    expect(first[3]).toBe(settings[3]);
    socket.destroy();
  });

  it("takes HTTP/2 whose body comes at once with its preface", async () => {
    const session = http2.connect(fixture.url);
    const stream = session.request({ ":method": "POST", ":path": "/v1/x" });
    stream.end(Buffer.alloc(1_000_000));
    let text = "";
    for await (const chunk of stream) text += chunk;
    expect(JSON.parse(text)).toMatchObject({ length: 1_000_000 });
    session.close();
  });

  it.each([
    ["nothing", ""],
    ["half a preface", http2Preface.subarray(0, 10)],
  ])("closes a connection that sends %s", async (_what, bytes) => {
    const { server, port } = await startServer({ limits: { sniffMsMax: 150 } });
    expect(await exchange(port, [bytes])).toBe("");
    await server.close(0);
  });

  it.each([
    ["noise", "\x00\x16\x03\x01 garbage\r\n\r\n"],
    ["a broken preface", "PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n"],
  ])("answers %s with 400", async (_what, bytes) => {
    expect(await exchange(fixture.port, [bytes])).toMatch(
      /^HTTP\/1\.1 400 [\s\S]*"reason":"MALFORMED_REQUEST"/,
    );
  });

  it("survives HTTP/2 that is noise after the preface", async () => {
    await exchange(fixture.port, [Buffer.concat([http2Preface, Buffer.alloc(100, 0xff)])]);
    expect((await fetch(`${fixture.url}/healthz`)).status).toBe(200);
  });

  it("survives connections that are reset at every point", async () => {
    const messages = [http2Preface, Buffer.from(post("POST", "hi"))];
    for (const message of messages) {
      for (let length = 0; length <= message.length; length += 5) {
        const socket = net.connect(fixture.port, "127.0.0.1");
        await once(socket, "connect");
        socket.write(message.subarray(0, length));
        socket.resetAndDestroy();
      }
    }
    expect((await fetch(`${fixture.url}/healthz`)).status).toBe(200);
  });

  it("refuses an address that is taken", async () => {
    const other = net.createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as net.AddressInfo;
    const { server } = await startServer();
    await server.close(0);
    await expect(server.listen("127.0.0.1", port)).rejects.toMatchObject({ code: "EADDRINUSE" });
    other.close();
  });

  it("bounds the number of connections", async () => {
    const small = await startServer({ limits: { connectionsMax: 1 } });
    const first = net.connect(small.port, "127.0.0.1");
    await once(first, "connect");
    first.write("GET /v1/x HTTP/1.1\r\nhost: a\r\n\r\n");
    await once(first, "data");
    expect(await exchange(small.port, [])).toBe("");
    first.destroy();
    await small.server.close(0);
  });

  describe("where one address has as many connections as it may", () => {
    async function fill(log?: Logger) {
      const small = await startServer({ limits: { connectionsPerAddressMax: 2 }, ...(log && { log }) });
      const open = await Promise.all([1, 2].map(() => greeted(small.port)));
      return { small, open };
    }

    async function greeted(port: number) {
      const socket = net.connect(port, "127.0.0.1");
      socket.write("GET /v1/x HTTP/1.1\r\nhost: a\r\n\r\n");
      await once(socket, "data");
      return socket;
    }

    it("closes one more, and answers on those that are open", async () => {
      const { small, open } = await fill();
      expect(await exchange(small.port, [])).toBe("");
      for (const socket of open) {
        socket.write("GET /v1/x HTTP/1.1\r\nhost: a\r\n\r\n");
        await once(socket, "data");
        socket.destroy();
      }
      await small.server.close(0);
    });

    it("takes another once one was closed", async () => {
      const { small, open } = await fill();
      const [first, second] = open;
      first?.destroy();
      let answer = "";
      while (answer === "")
        answer = await exchange(small.port, ["GET /v1/x HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n"]);
      expect(answer).toContain("200 OK");
      second?.destroy();
      await small.server.close(0);
    });

    it("writes one line for all those that come within a second", async () => {
      const lines: string[] = [];
      const { small, open } = await fill(pino({}, { write: (line: string) => lines.push(line) }));
      for (let count = 0; count < 20; count += 1) await exchange(small.port, []);
      expect(lines.length).toBeLessThan(20);
      expect(JSON.parse(lines[0] ?? "")).toMatchObject({
        addressHasTooMany: 1,
        addresses: ["127.0.0.1"],
        msg: "connections were refused",
      });
      for (const socket of open) socket.destroy();
      await small.server.close(0);
    });
  });
});

describe("close", () => {
  /** A server whose requests hang until they are released. */
  async function startHanging() {
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    let arrive = () => {};
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    const fixture = await startServer({
      gateway: {
        async handle(_request, response) {
          arrive();
          await released;
          response.writeHead(200);
          response.end("done");
        },
      },
    });
    return { ...fixture, release, arrived };
  }

  it("waits for a running HTTP/1.1 request, and tells that the connection ends", async () => {
    const { server, url, release, arrived } = await startHanging();
    const answer = fetch(`${url}/v1/x`);
    await arrived;
    const closed = server.close(20_000);
    release();
    const response = await answer;
    expect(response.headers.get("connection")).toBe("close");
    expect(await response.text()).toBe("done");
    await closed;
  });

  it("waits for a running HTTP/2 request, and sends GOAWAY", async () => {
    const { server, url, release, arrived } = await startHanging();
    const session = http2.connect(url);
    const goaway = once(session, "goaway");
    const stream = session.request({ ":path": "/v1/x" });
    await arrived;
    const closed = server.close(20_000);
    await goaway;
    release();
    const text: Buffer[] = [];
    for await (const chunk of stream) text.push(chunk);
    expect(Buffer.concat(text).toString()).toBe("done");
    await closed;
  });

  it("ends idle connections and those that said nothing yet, at once", async () => {
    const { server, port, url } = await startServer();
    await (await fetch(`${url}/healthz`)).text();
    const silent = net.connect(port, "127.0.0.1");
    await once(silent, "connect");
    const session = http2.connect(url);
    await once(session, "remoteSettings");
    await server.close(20_000);
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  });

  it("ends an HTTP/2 connection whose turn comes when the others were told", async () => {
    const { server, url } = await startServer();
    let begin = () => {};
    const turn = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const waits = new Promise<void>((resolve) => {
      jest.spyOn(rounds, "turn").mockImplementationOnce(() => {
        resolve();
        return turn;
      });
    });
    const session = http2.connect(url).on("error", () => undefined);
    const ended = once(session, "close");
    await waits;
    const closedAt = performance.now();
    const closed = server.close(20_000);
    begin();
    await Promise.all([closed, ended]);
    expect(performance.now() - closedAt).toBeLessThan(10_000);
  });

  it("destroys what is still running after the grace", async () => {
    const { server, url, arrived, release } = await startHanging();
    const answer = fetch(`${url}/v1/x`).catch(() => "cut");
    await arrived;
    await server.close(50);
    expect(await answer).toBe("cut");
    release();
  });
});
