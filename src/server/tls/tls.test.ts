import { once } from "node:events";
import http2 from "node:http2";
import { Code } from "@connectrpc/connect";
import { ErrorInfoSchema } from "../../../gen/google/rpc/error_details_pb.ts";
import { errorOf, RawClient } from "../../../test/grpc/raw-client.ts";
import { authority, pairOf } from "../../../test/support/certificates.ts";
import { until } from "../../../test/support/until.ts";
import { parseNetworkRange } from "../../bounds/network-range.ts";
import type { HttpHandler } from "../http-handler.ts";
import { exchange, type Fixture, startServer } from "../server.fixture.ts";
import { Certificates } from "./certificates.ts";
import { connectTls, getHttp1, getHttp2, materialOf, refusalOf, sessionTo } from "./tls.fixture.ts";

const tlsOf = (plaintext: "allow" | "refuse" = "refuse") => ({
  certificates: new Certificates(materialOf("server")),
  plaintext,
});
const get = "GET /v1/x HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";

describe("a port with TLS", () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await startServer({ tls: tlsOf() });
  });
  afterAll(() => fixture.server.close(0));

  it("speaks HTTP/1.1", async () => {
    expect(await getHttp1(`${fixture.url}/v1/x`)).toMatchObject({ status: 200 });
  });

  it("speaks HTTP/2", async () => {
    const session = sessionTo(fixture.url);
    expect(await getHttp2(session, "/v1/x")).toMatchObject({ status: 200 });
    expect(session.alpnProtocol).toBe("h2");
    session.close();
  });

  it.each(["TLSv1.2", "TLSv1.3"] as const)("speaks %s", async (version) => {
    const versions = { minVersion: version, maxVersion: version };
    expect(await getHttp1(`${fixture.url}/v1/x`, versions)).toMatchObject({ status: 200 });
  });

  it("tells HTTP/2 from HTTP/1.1 where the client names neither", async () => {
    const { socket } = await connectTls(fixture.port);
    socket.removeAllListeners("data");
    const session = http2.connect(fixture.url, { createConnection: () => socket });
    expect(await getHttp2(session, "/v1/x")).toMatchObject({ status: 200 });
    session.close();

    const { socket: http1, closed } = await connectTls(fixture.port);
    for (const byte of Buffer.from(get)) http1.write(Buffer.of(byte));
    expect(String(await closed)).toMatch(/^HTTP\/1\.1 200 /);
  });

  it("answers a client that ends its side with its request", async () => {
    const { socket, closed } = await connectTls(fixture.port, { allowHalfOpen: true });
    socket.end(get);
    expect(String(await closed)).toMatch(/^HTTP\/1\.1 200 /);
  });

  it("ends a connection that says nothing after its handshake", async () => {
    const { server, port } = await startServer({ tls: tlsOf(), limits: { sniffMsMax: 1_000 } });
    const { closed } = await connectTls(port);
    expect(String(await closed)).toBe("");
    await server.close(0);
  });

  it("tells a client without TLS over HTTP/1.1 what to do", async () => {
    for (const bytes of [get, "noise\r\n\r\n"])
      expect(await exchange(fixture.port, [bytes])).toMatch(
        /^HTTP\/1\.1 400 [\s\S]*use https:\/\/[\s\S]*"reason":"TLS_REQUIRED"/,
      );
  });

  it("tells it over HTTP/2", async () => {
    const plain = fixture.url.replace("https", "http");
    expect(await refusalOf(sessionTo(plain))).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining("use https:"), details: [{ reason: "TLS_REQUIRED" }] },
      code: http2.constants.NGHTTP2_INADEQUATE_SECURITY,
      words: expect.stringMatching(/^TLS_REQUIRED: .*use https:/),
    });
    // One that asks for nothing.
    const [code] = await once(sessionTo(plain), "goaway");
    expect(code).toBe(http2.constants.NGHTTP2_INADEQUATE_SECURITY);
  });

  it("tells it over gRPC", async () => {
    const client = new RawClient(fixture.url.replace("https", "http"));
    const answer = await client.call();
    expect(answer.status).toBe(200);
    const error = errorOf(answer);
    expect(error?.code).toBe(Code.FailedPrecondition);
    expect(error?.findDetails(ErrorInfoSchema)).toMatchObject([{ reason: "TLS_REQUIRED" }]);
    client.close();
  });

  it("reads on what it does not hear, so that its sender gets the answer", async () => {
    const body = "x".repeat(4_000_000);
    const head = `POST /v1/x HTTP/1.1\r\nhost: a\r\ncontent-length: ${body.length}\r\n\r\n`;
    expect(await exchange(fixture.port, [head, body])).toContain("TLS_REQUIRED");
  });

  it("begins no handshake anew", async () => {
    const { socket } = await connectTls(fixture.port, { maxVersion: "TLSv1.2" });
    socket.renegotiate({}, () => undefined);
    const [error] = await once(socket, "error");
    expect(error).toMatchObject({ message: expect.stringContaining("no renegotiation") });
    socket.destroy();
    expect(await getHttp1(`${fixture.url}/v1/x`)).toMatchObject({ status: 200 });
  });
});

it("takes clients without TLS beside the others where that is allowed", async () => {
  const { server, url, port } = await startServer({ tls: tlsOf("allow") });
  expect(await exchange(port, [get])).toMatch(/^HTTP\/1\.1 200 /);
  for (const each of [url, url.replace("https", "http")]) {
    const session = sessionTo(each);
    expect(await getHttp2(session, "/v1/x")).toMatchObject({ status: 200 });
    session.close();
  }
  await server.close(0);
});

describe("a certificate that is exchanged", () => {
  it("is for connections that begin from then on, and cuts off nobody", async () => {
    const tls = tlsOf();
    const { server, url } = await startServer({ tls });
    const session = sessionTo(url);
    const before = await getHttp1(`${url}/v1/x`);
    // Always some of them are under way.
    let isDone = false;
    const loads = Array.from({ length: 8 }, async () => {
      let count = 0;
      for (; !isDone; count += 1) expect(await getHttp2(session, "/v1/x")).toMatchObject({ status: 200 });
      return count;
    });
    const names = ["renewed", "server", "renewed"] as const;
    for (const name of names) {
      tls.certificates.use(materialOf(name));
      await getHttp2(session, "/v1/x");
    }
    const after = await getHttp1(`${url}/v1/x`);
    isDone = true;
    for (const count of await Promise.all(loads)) expect(count).toBeGreaterThan(0);
    expect(session.destroyed).toBe(false);
    expect(after.status).toBe(200);
    expect(after.serialNumber).not.toBe(before.serialNumber);
    session.close();
    await server.close(0);
  });

  it("ends the sessions of the one before, which any process of the port resumes", async () => {
    const tls = tlsOf();
    const [one, other] = [await startServer({ tls }), await startServer({ tls: tlsOf() })];
    for (const maxVersion of ["TLSv1.2", "TLSv1.3"] as const) {
      tls.certificates.use(materialOf("server"));
      const { socket, session } = await connectTls(one.port, { maxVersion });
      socket.write(get);
      const resumed = { maxVersion, session: await session };
      expect(await getHttp1(`${other.url}/v1/x`, resumed)).toMatchObject({ reused: true });
      tls.certificates.use(materialOf("renewed"));
      expect(await getHttp1(`${one.url}/v1/x`, resumed)).toMatchObject({ status: 200, reused: false });
    }
    await one.server.close(0);
    await other.server.close(0);
  });
});

describe("clients that must show a certificate", () => {
  let fixture: Fixture;
  beforeAll(async () => {
    const certificates = new Certificates(materialOf("server", { clientCa: authority }));
    fixture = await startServer({ tls: { certificates, plaintext: "refuse" } });
  });
  afterAll(() => fixture.server.close(0));

  it("are let in with one of the authority", async () => {
    expect(await getHttp1(`${fixture.url}/v1/x`, pairOf("client"))).toMatchObject({ status: 200 });
    const session = sessionTo(fixture.url, pairOf("client"));
    expect(await getHttp2(session, "/v1/x")).toMatchObject({ status: 200 });
    session.close();
  });

  it.each([
    ["none", undefined, /clients of this port show a certificate/],
    ["another's", pairOf("foreign"), /UNABLE_TO_(GET_ISSUER_CERT_LOCALLY|VERIFY_LEAF_SIGNATURE)/],
    ["one that has ended", pairOf("ended"), /CERT_HAS_EXPIRED/],
  ])("are told what is missing with %s", async (_, pair, words) => {
    const { status, body } = await getHttp1(`${fixture.url}/v1/x`, pair);
    expect({ status, body: JSON.parse(body) }).toMatchObject({
      status: 403,
      body: { message: expect.stringMatching(words), details: [{ reason: "CLIENT_CERTIFICATE_REQUIRED" }] },
    });
    expect(await refusalOf(sessionTo(fixture.url, pair))).toMatchObject({
      status: 403,
      body: { details: [{ reason: "CLIENT_CERTIFICATE_REQUIRED" }] },
      code: http2.constants.NGHTTP2_INADEQUATE_SECURITY,
      words: expect.stringMatching(words),
    });
  });

  it.each(["TLSv1.2", "TLSv1.3"] as const)("are not let in by a session of %s", async (maxVersion) => {
    for (const pair of [{}, pairOf("client")]) {
      const { socket, session, closed } = await connectTls(fixture.port, { maxVersion, ...pair });
      socket.write(get);
      const kept = await Promise.race([session, closed.then(() => undefined)]);
      const again = await getHttp1(`${fixture.url}/v1/x`, { maxVersion, ...(kept && { session: kept }) });
      expect(again).toMatchObject({ status: 403, reused: false });
    }
  });
});

describe("close", () => {
  it("lets what runs end over TLS, says goodbye, and waits for no handshake", async () => {
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    let arrived = 0;
    const gateway: HttpHandler = {
      async handle(_request, response) {
        arrived += 1;
        await released;
        response.writeHead(200);
        response.end("done");
      },
    };
    const { server, url, port } = await startServer({ tls: tlsOf(), gateway });
    const session = sessionTo(url);
    const goaway = once(session, "goaway");
    const answers = [getHttp1(`${url}/v1/x`), getHttp2(session, "/v1/x")];
    const unfinished = exchange(port, [Buffer.from("160301", "hex")]);
    await until(async () => arrived === 2);
    const closed = server.close(20_000);
    await goaway;
    expect(await unfinished).toBe("");
    release();
    for (const answer of answers) expect(await answer).toMatchObject({ status: 200, body: "done" });
    await closed;
  });

  it("destroys what is still open after the grace", async () => {
    const { server, url, port } = await startServer({
      tls: tlsOf(),
      gateway: { handle: () => new Promise(() => {}) },
    });
    const session = sessionTo(url);
    const request = session.request({ ":path": "/v1/x" });
    request.on("error", () => undefined);
    const { socket, closed } = await connectTls(port);
    socket.write(get);
    await until(async () => !request.pending && socket.bytesWritten > 0);
    await server.close(50);
    expect(String(await closed)).toBe("");
    await until(async () => session.destroyed);
  });
});

describe("callers behind TLS", () => {
  it("are counted by connection and address, until they close", async () => {
    const { server, url, port } = await startServer({
      tls: tlsOf(),
      limits: { connectionsPerAddressMax: 2 },
    });
    const [first, second] = [await connectTls(port), await connectTls(port)];
    await expect(getHttp1(`${url}/v1/x`)).rejects.toThrow();
    first.socket.end();
    second.socket.destroy();
    for (let count = 0; count < 10; count += 1)
      await until(() =>
        getHttp1(`${url}/v1/x`).then(
          ({ status }) => status === 200,
          () => false,
        ),
      );
    await server.close(0);
  });

  it("are those whom a trusted proxy names", async () => {
    const proxies = {
      trusted: [parseNetworkRange("127.0.0.1")].flatMap((range) => range ?? []),
      header: "x-forwarded-for",
    } as const;
    const gateway: HttpHandler = {
      async handle(_request, response, { address }) {
        response.writeHead(200);
        response.end(address);
      },
    };
    const { server, url } = await startServer({ tls: tlsOf(), proxies, gateway });
    const headers = { "x-forwarded-for": "192.0.2.7" };
    expect(await getHttp1(`${url}/v1/x`, { headers })).toMatchObject({ body: "192.0.2.7" });
    const session = sessionTo(url);
    expect(await getHttp2(session, "/v1/x", headers)).toMatchObject({ body: "192.0.2.7" });
    session.close();
    await server.close(0);
  });

  it("are cut off where they do not take their answers", async () => {
    const gateway: HttpHandler = {
      async handle(_request, response) {
        response.writeHead(200);
        response.end(Buffer.alloc(32 * 1024 * 1024));
      },
    };
    const limits = { answerMsMax: 200, drainMsMax: 200 };
    const { server, port, url } = await startServer({ tls: tlsOf(), gateway, limits });
    const { socket, closed } = await connectTls(port);
    socket.pause().write(get);
    const session = sessionTo(url);
    const stream = session.request({ ":path": "/v1/x" });
    stream.on("error", () => undefined);
    await once(stream, "close");
    // Nothing more comes; what was on its way does.
    await until(async () => {
      socket.resume();
      return socket.destroyed;
    });
    expect((await closed).length).toBeLessThan(32 * 1024 * 1024);
    session.destroy();
    await server.close(0);
  });
});
