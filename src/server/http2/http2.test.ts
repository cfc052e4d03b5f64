import { once } from "node:events";
import http2 from "node:http2";
import { type Fixture, startServer } from "../server.fixture.ts";

interface Answer {
  readonly status: number | undefined;
  readonly text: string;
  /** The code that the stream was closed with. */
  readonly code: number;
  readonly headers: http2.IncomingHttpHeaders;
}

describe("HTTP/2", () => {
  let fixture: Fixture;
  let session: http2.ClientHttp2Session;
  beforeAll(async () => {
    fixture = await startServer({ limits: { headerPairsMax: 50 } });
    // As a client that does not care what the server said that it takes.
    session = http2.connect(fixture.url, {
      maxSendHeaderBlockLength: 1_000_000,
    } as http2.ClientSessionOptions);
  });
  afterAll(async () => {
    session.close();
    await fixture.server.close(0);
  });

  function send(headers: http2.OutgoingHttpHeaders, end = true, over = session): Promise<Answer> {
    return new Promise((resolve) => {
      const stream = over.request({ ":path": "/v1/x", ...headers }, { endStream: end });
      let answered: http2.IncomingHttpHeaders & http2.IncomingHttpStatusHeader = {};
      let text = "";
      stream.on("response", (answer) => {
        answered = answer;
      });
      stream.on("data", (chunk) => {
        text += chunk;
      });
      stream.on("error", () => {});
      stream.on("close", () =>
        resolve({ status: answered[":status"], text, code: stream.rstCode ?? 0, headers: answered }),
      );
    });
  }

  const { NGHTTP2_CANCEL, NGHTTP2_ENHANCE_YOUR_CALM } = http2.constants;
  const many = (count: number, length: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`x-${index}`, "a".repeat(length)]));

  it("refuses headers that are too large, or too many, and goes on", async () => {
    const large = await send(many(20, 1_000));
    if (large.status === undefined) expect(large.code).toBe(NGHTTP2_ENHANCE_YOUR_CALM);
    else expect(large).toMatchObject({ status: 431, text: expect.stringContaining("HEADER_TOO_LARGE") });
    expect(await send(many(100, 1))).toMatchObject({ status: undefined, code: NGHTTP2_ENHANCE_YOUR_CALM });
    expect(await send({})).toMatchObject({ status: 200 });
  });

  it.each(["application/grpc", "application/grpc+proto", "application/grpc-web+proto"])(
    "refuses headers in the words of %s, whose clients would try a bare status again",
    async (contentType) => {
      const call = { ":method": "POST", "content-type": contentType };
      const twice = { ...call, "idempotency-key": ["a", "b"] };
      for (const isWhole of [true, false])
        expect(await send(twice, isWhole)).toMatchObject({
          status: 200,
          code: http2.constants.NGHTTP2_NO_ERROR,
          headers: {
            "content-type": contentType,
            "grpc-status": "3",
            "grpc-message": expect.stringContaining("is there twice"),
            "grpc-status-details-bin": expect.any(String),
          },
        });
      const large = await send({ ...call, ...many(20, 1_000) });
      if (large.status !== undefined) expect(large.headers).toMatchObject({ "grpc-status": "8" });
    },
  );

  it("cancels a request that does not arrive in time", async () => {
    const hurried = await startServer({ limits: { requestMsMax: 200 } });
    const over = http2.connect(hurried.url);
    const { status, code } = await send({ ":method": "POST" }, false, over);
    expect({ status, code }).toEqual({ status: undefined, code: NGHTTP2_CANCEL });
    over.close();
    await hurried.server.close(0);
  });

  it.each(["100-continue", "100-Continue"])("tells a client that waits by %s to go on", async (wish) => {
    const stream = session.request({ ":path": "/v1/x", ":method": "POST", expect: wish });
    await once(stream, "continue");
    stream.end("{}");
    const [headers] = await once(stream, "response");
    expect(headers[":status"]).toBe(200);
    stream.close();
  });

  it("answers CONNECT with 400", async () => {
    const stream = session.request({ ":method": "CONNECT", ":authority": "a:1" });
    const status = await new Promise((resolve) => stream.on("response", (head) => resolve(head[":status"])));
    expect(status).toBe(400);
    stream.close();
  });

  it("closes an idle connection, and none with a stream", async () => {
    const idle = await startServer({ limits: { idleMsMax: 200 } });
    const untilClosed = () =>
      new Promise((resolve) => {
        http2.connect(idle.url).on("close", resolve);
      });
    await untilClosed();
    const busy = http2.connect(idle.url);
    const watch = busy.request({
      ":method": "POST",
      ":path": "/grpc.health.v1.Health/Watch",
      "content-type": "application/grpc",
    });
    watch.end(Buffer.alloc(5));
    await new Promise((resolve) => watch.once("data", resolve));
    // One that came after it, and so was quiet for less time.
    await untilClosed();
    expect(busy.closed).toBe(false);
    busy.destroy();
    await idle.server.close(0);
  });
});
