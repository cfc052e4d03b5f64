import { once } from "node:events";
import net from "node:net";
import { text } from "node:stream/consumers";
import v8 from "node:v8";
import vm from "node:vm";
import { until } from "../../../test/support/until.ts";
import type { HttpHandler } from "../http-handler.ts";
import { exchange, type Fixture, startServer } from "../server.fixture.ts";

describe("HTTP/1.1", () => {
  let fixture: Fixture;
  /** For whoever is too slow: what a busy machine takes in between is not to be too slow elsewhere. */
  let hurried: Fixture;
  beforeAll(async () => {
    fixture = await startServer();
    hurried = await startServer({ limits: { headersMsMax: 300, requestMsMax: 300 } });
  });
  afterAll(() => Promise.all([fixture, hurried].map(({ server }) => server.close(0))));
  const send = (...chunks: string[]) => exchange(fixture.port, chunks);

  it.each([
    [
      "headers that are too large",
      `GET / HTTP/1.1\r\nhost: a\r\nx: ${"a".repeat(20_000)}\r\n\r\n`,
      431,
      "HEADER_TOO_LARGE",
    ],
    ["no host", "GET / HTTP/1.1\r\nconnection: close\r\n\r\n", 400, "MALFORMED_REQUEST"],
    [
      "a host that is none",
      "GET / HTTP/1.1\r\nhost: a b\r\nconnection: close\r\n\r\n",
      400,
      "MALFORMED_REQUEST",
    ],
    ["a bad header", "GET / HTTP/1.1\r\nhost: a\r\nno colon\r\n\r\n", 400, "MALFORMED_REQUEST"],
    [
      "two lengths",
      "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
      400,
      "MALFORMED_REQUEST",
    ],
    ["NUL in the path", "GET /\0 HTTP/1.1\r\nhost: a\r\n\r\n", 400, "MALFORMED_REQUEST"],
    ["a head that never ends", "GET / HTTP/1.1\r\nhost: a\r\n", 408, "REQUEST_TOO_SLOW"],
    [
      "a body that never ends",
      "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\nhi",
      408,
      "REQUEST_TOO_SLOW",
    ],
    [
      "a bad chunk",
      "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
      400,
      "MALFORMED_REQUEST",
    ],
    ["a tunnel", "CONNECT a:80 HTTP/1.1\r\nhost: a\r\n\r\n", 400, "MALFORMED_REQUEST"],
    [
      "a coding of the transfer that it does not know",
      "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
      501,
      "UNSUPPORTED_TRANSFER_ENCODING",
    ],
    [
      "chunks over HTTP/1.0",
      "POST / HTTP/1.0\r\nhost: a\r\nconnection: keep-alive\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
      400,
      "MALFORMED_REQUEST",
    ],
    [
      "what it cannot expect",
      "POST / HTTP/1.1\r\nhost: a\r\nexpect: 200-ok\r\ncontent-length: 2\r\n\r\nhi",
      417,
      "UNSUPPORTED_EXPECTATION",
    ],
  ])("answers %s", async (_what, bytes, status, reason) => {
    const answer = await exchange((status === 408 ? hurried : fixture).port, [bytes]);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer).toContain("content-type: application/json");
    expect(answer).toContain(`"reason":"${reason}"`);
  });

  it.each([
    ["what it cannot expect", "expect: 200-ok\r\ncontent-length: 7000000", 417],
    ["a coding that it does not know", "transfer-encoding: gzip, chunked", 501],
  ])("answers %s, even if the client reads nothing before it has written all", async (_, fields, status) => {
    const socket = net.connect(fixture.port, "127.0.0.1").pause();
    socket.write(`POST / HTTP/1.1\r\nhost: a\r\n${fields}\r\n\r\n`);
    await new Promise((resolve) => socket.write(Buffer.alloc(7_000_000, "7"), resolve));
    expect(await text(socket)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });

  it.each([
    ["HTTP/1.1", "gzip, chunked"],
    ["HTTP/1.0", "chunked"],
  ])("serves nothing after a request over %s that comes as %s", async (version, coding) => {
    const request = (fields: string) =>
      `POST /v1/x ${version}\r\nhost: a\r\nconnection: keep-alive\r\n${fields}\r\n`;
    const answer = await send(
      `${request(`transfer-encoding: ${coding}\r\n`)}0\r\n\r\n${request("content-length: 0\r\n")}`,
    );
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toHaveLength(1);
    expect(answer).not.toContain('"url"');
  });

  it("takes chunks in any letters", async () => {
    const head = "POST /v1/x HTTP/1.1\r\nhost: a\r\nconnection: close\r\ntransfer-encoding: Chunked\r\n\r\n";
    expect(await send(head, "2\r\nhi\r\n0\r\n\r\n")).toMatch(/^HTTP\/1\.1 200 [\s\S]*"length":2/);
  });

  it("takes a target with scheme and host", async () => {
    const answer = await send("GET http://a/v1/x?y=1 HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
    expect(answer).toContain('"url":"/v1/x?y=1"');
  });

  it("does not put another answer in the place of a request at work", async () => {
    const garbage = "garbage\r\n\r\n";
    const slow = await startServer({
      gateway: {
        handle: async (_request, response) => {
          await until(async () => slow.server.figures().connections.bytesReceived > garbage.length + 30);
          response.end("its own");
        },
      },
    });
    const answer = await exchange(slow.port, ["GET /v1/x HTTP/1.1\r\nhost: a\r\n\r\n", garbage]);
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
    await slow.server.close(0);
  });

  it("tells a client that waits for it to go on", async () => {
    const head = "POST /v1/x HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\n";
    const taken = await send(`${head}connection: close\r\ncontent-length: 2\r\n\r\n`, "hi");
    expect(taken).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 [\s\S]*"length":2/);
  });

  it("keeps nothing of an answer that was taken, however long its connection is open", async () => {
    const kept: WeakRef<object>[] = [];
    const handle: HttpHandler["handle"] = async (request, response) => {
      kept.push(new WeakRef(request), new WeakRef(response));
      response.end("answered");
    };
    const serving = await startServer({ gateway: { handle } });
    const socket = net.connect(serving.port, "127.0.0.1");
    socket.write("GET /v1/x HTTP/1.1\r\nhost: a\r\n\r\n");
    await once(socket, "data");
    v8.setFlagsFromString("--expose-gc");
    await until(async () => {
      await vm.runInNewContext("gc")({ execution: "async" });
      return kept.every((each) => each.deref() === undefined);
    });
    expect(kept).toHaveLength(2);
    expect(socket.readyState).toBe("open");
    socket.destroy();
    await serving.server.close(0);
  });

  it("answers a handler that fails with nothing of its error", async () => {
    const failing = await startServer({ gateway: { handle: () => Promise.reject(new Error("secret")) } });
    const response = await fetch(`${failing.url}/v1/x`);
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({ code: 13, message: "internal error" });
    await failing.server.close(0);
  });
});
