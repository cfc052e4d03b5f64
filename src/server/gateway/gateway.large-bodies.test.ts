import { once } from "node:events";
import * as http2 from "node:http2";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { type GatewayFixture, json, reasonOf, startGateway } from "./gateway.fixture.ts";

let gateway: GatewayFixture;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

describe("a body that is too large", () => {
  const large = JSON.stringify({ name: "x".repeat(200_000) });

  it.each([
    ["with its length", json, large],
    [
      "gzipped",
      { ...json, "content-encoding": "gzip" },
      gzipSync(Array.from({ length: 40_000 }, (_, i) => i).join()),
    ],
    ["of 50 MB", json, Buffer.alloc(50_000_000, " ")],
  ])("%s is answered before it is read", async (_kind, headers, body) => {
    const answer = await gateway.call("POST", "/native/items", { headers, body });
    expect(answer).toMatchObject({
      status: 413,
      json: { code: 8, message: "the body is larger than 100000 bytes" },
    });
    expect(reasonOf(answer.json)).toBe("BODY_TOO_LARGE");
  });

  it("inside a small one is refused, although it would fit, and taken where it is not large", async () => {
    const roomy = await startGateway({ limits: { requestBytesMax: 1_000_000 } });
    const headers = { ...json, "content-encoding": "gzip" };
    const send = (characters: number) => {
      const body = gzipSync(JSON.stringify({ name: "x".repeat(characters) }));
      return roomy.call("POST", "/native/items", { headers, body });
    };
    const answer = await send(300_000);
    expect(answer).toMatchObject({ status: 413 });
    expect(answer.json.message).toBe("the body inflates to more than 100 times its size; send it as it is");
    expect(await send(200_000)).toMatchObject({ status: 200 });
    await roomy.close();
  });

  it("in chunks is answered while the client still writes", async () => {
    const chunks = new ReadableStream({
      pull(controller) {
        controller.enqueue(new Uint8Array(50_000));
        if (++pulls === 100) controller.close();
      },
    });
    let pulls = 0;
    const init = { headers: json, body: chunks, duplex: "half" };
    expect((await gateway.call("POST", "/native/items", init as RequestInit)).status).toBe(413);
  });

  it("is answered for sure, even if the client reads nothing before it has written all", async () => {
    const socket = connect(Number(new URL(gateway.http1).port), "127.0.0.1").pause();
    socket.write(
      "POST /native/items HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 20000000\r\n\r\n",
    );
    await new Promise((resolve) => socket.write(Buffer.alloc(20_000_000, " "), resolve));
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 413 .*"BODY_TOO_LARGE"/s);
  });

  it("that never comes is refused by its length, and the server does not wait for long", async () => {
    const socket = connect(Number(new URL(gateway.http1).port), "127.0.0.1");
    socket.write("POST /native/items HTTP/1.1\r\nHost: x\r\nContent-Length: 100001\r\n\r\n");
    const session = http2.connect(gateway.http2);
    const length = { "content-length": "100001" };
    const stream = session.request({ ":method": "POST", ":path": "/native/items", ...length });
    const chunks: Buffer[] = [];
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    const [answer] = await Promise.all([text(socket), once(stream, "close")]);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(reasonOf(JSON.parse(Buffer.concat(chunks).toString()))).toBe("BODY_TOO_LARGE");
    expect(stream.rstCode).toBe(http2.constants.NGHTTP2_NO_ERROR);
    session.destroy();
  });

  it("is refused over HTTP/2 too, and the session goes on", async () => {
    const session = http2.connect(gateway.http2);
    const request = (body: Buffer | string, path = "/native/items") => {
      const stream = session.request({ ":method": "POST", ":path": path, ...json });
      stream.on("error", () => {});
      stream.end(body);
      return stream;
    };
    const refused = request(Buffer.alloc(5_000_000, " "));
    const [headers] = (await once(refused, "response")) as [
      http2.IncomingHttpHeaders & { ":status"?: number },
    ];
    expect(headers[":status"]).toBe(413);
    expect(reasonOf(JSON.parse(await text(refused)))).toBe("BODY_TOO_LARGE");
    expect(JSON.parse(await text(request('{"name":"x"}')))).toEqual({ name: "x" });
    session.destroy();
  });
});
