import { once } from "node:events";
import http2 from "node:http2";
import { Code, ConnectError } from "@connectrpc/connect";
import { answerOf, currencyIn, errorOf, frame, messageIn, path, RawClient, request } from "./raw-client.ts";
import { echo, type GrpcWorld, type Implementation, paths, startGrpc } from "./server.ts";

describe.each(paths)("calls on $name", ({ thinGrpc }) => {
  let world: GrpcWorld;
  beforeAll(async () => {
    world = await startGrpc({ thinGrpc });
  });
  beforeEach(() => world.implement(echo));
  afterAll(() => world.stop());

  /** An implementation that waits for its signal's end, and what it saw. */
  function waiting() {
    let began = (_signal: AbortSignal) => {};
    const signal = new Promise<AbortSignal>((resolve) => {
      began = resolve;
    });
    const implementation: Implementation = async (_request, context) => {
      began(context.signal);
      if (!context.signal.aborted) await once(context.signal, "abort");
      throw context.signal.reason;
    };
    return { implementation, signal };
  }
  const aborted = async (signal: AbortSignal) => {
    if (!signal.aborted) await once(signal, "abort");
    return ConnectError.from(signal.reason, Code.Canceled).code;
  };

  describe("deadline", () => {
    it.each(["", "1", "S", "1 S", "-1S", "1.5S", "123456789S", "1s", "1S,2S"])(
      "of %j is refused",
      async (timeout) => {
        const answer = await world.client.call({ headers: { "grpc-timeout": timeout } });
        expect(errorOf(answer)).toMatchObject({
          code: Code.InvalidArgument,
          details: [{ type: "google.rpc.ErrorInfo" }],
        });
      },
    );

    it.each([
      ["1H", 3_600_000],
      ["3601S", 3_600_000],
      ["99999999H", 3_600_000],
      ["2M", 120_000],
      ["30S", 30_000],
      ["5000m", 5_000],
      ["7000000u", 7_000],
      ["99999999n", 99],
    ])("of %s is told to the implementation", async (timeout, ms) => {
      // The clocks stand still, so that all of it is left, and that it passes in no time of the machine's.
      jest.useFakeTimers({ doNotFake: ["nextTick", "queueMicrotask", "setImmediate"] });
      world.implement((_request, { timeoutMs }) => String(timeoutMs()));
      const answer = await world.client.call({ headers: { "grpc-timeout": timeout } });
      jest.useRealTimers();
      const told = currencyIn(messageIn(answer));
      expect(told).toMatch(/^\d+$/);
      const left = Number(told);
      // A part of a millisecond is rounded.
      expect(left).toBeLessThanOrEqual(ms + 1);
      expect(left).toBeGreaterThanOrEqual(ms - 1);
    });

    it("ends a call", async () => {
      const { implementation, signal } = waiting();
      world.implement(implementation);
      const answer = await world.client.call({ headers: { "grpc-timeout": "50m" } });
      expect(errorOf(answer)).toMatchObject({
        code: Code.DeadlineExceeded,
        rawMessage: "the operation timed out",
      });
      expect(await aborted(await signal)).toBe(Code.DeadlineExceeded);
    });

    it("may have passed before", async () => {
      world.implement(waiting().implementation);
      const answer = await world.client.call({ headers: { "grpc-timeout": "0m" } });
      expect(errorOf(answer)).toMatchObject({ code: Code.DeadlineExceeded });
    });

    it("does not harm a call that keeps it", async () => {
      const answer = await world.client.call({ headers: { "grpc-timeout": "10S" } });
      expect(currencyIn(messageIn(answer))).toBe("x");
    });
  });

  describe("signal", () => {
    it("aborts when the client resets the stream", async () => {
      const { implementation, signal } = waiting();
      world.implement(implementation);
      const stream = world.client.open();
      const running = await signal;
      expect(running.aborted).toBe(false);
      stream.close(http2.constants.NGHTTP2_CANCEL);
      expect(await aborted(running)).toBe(Code.Canceled);
    });

    it("aborts when the connection breaks", async () => {
      const { implementation, signal } = waiting();
      world.implement(implementation);
      const client = new RawClient(world.url);
      client.open();
      const running = await signal;
      client.close();
      expect(await aborted(running)).toBe(Code.Canceled);
    });

    it("aborts when the call is over", async () => {
      const signals: AbortSignal[] = [];
      world.implement((_request, { signal }) => {
        signals.push(signal);
        return String(signal.aborted);
      });
      expect(currencyIn(messageIn(await world.client.call()))).toBe("false");
      expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    });
  });

  it("survives clients that vanish, whenever they do", async () => {
    world.implement(async ({ id }) => {
      await new Promise(setImmediate);
      return id.repeat(100_000);
    });
    for (let delay = 0; delay < 20; delay += 1) {
      const client = new RawClient(world.url);
      await once(client.session, "connect");
      const streams = [client.open(), client.open(), client.open({ end: false })];
      const closed = Promise.all(streams.map(answerOf));
      for (let turn = 0; turn < delay; turn += 1) await new Promise(setImmediate);
      streams[0]?.close(http2.constants.NGHTTP2_CANCEL);
      client.close();
      await closed;
    }
    expect(errorOf(await world.client.call())).toBeUndefined();
  });

  it("run side by side on one connection, each with its own answer", async () => {
    world.implement(async ({ id }) => {
      for (let turn = Number(id) % 7; turn > 0; turn -= 1) await new Promise(setImmediate);
      return id;
    });
    const ids = Array.from({ length: 300 }, (_, index) => String(index));
    const answers = await Promise.all(ids.map((id) => world.client.call({ chunks: [frame(request(id))] })));
    expect(answers.map((answer) => currencyIn(messageIn(answer)))).toEqual(ids);
  });

  it("are answered in full to a client with a small window", async () => {
    world.implement(() => "x".repeat(1_000_000));
    const client = new RawClient(world.url);
    client.session.settings({ initialWindowSize: 1_000 });
    expect(messageIn(await client.call()).length).toBeGreaterThan(1_000_000);
    client.close();
  });

  it.each<[string, http2.OutgoingHttpHeaders, number]>([
    ["GET", { ":method": "GET" }, 415],
    ["PUT", { ":method": "PUT" }, 405],
    ["HEAD", { ":method": "HEAD" }, 405],
    ["another content type", { "content-type": "text/plain" }, 415],
    ["a content type with a parameter", { "content-type": "application/grpc; x=1" }, 415],
  ])("with %s are refused by the status of HTTP", async (_, headers, status) => {
    expect(await world.client.call({ headers, chunks: [] })).toMatchObject({ status });
  });

  it.each(["/a.B/C", path.replace("GetBillingBalance", "Nothing"), `${path}/`, path.toLowerCase()])(
    "to %s are answered that there is no such method",
    async (target) => {
      const answer = await world.client.call({ headers: { ":path": target } });
      expect(answer.status).toBe(200);
      expect(errorOf(answer)).toMatchObject({ code: Code.Unimplemented });
    },
  );

  it("to a method without an implementation are answered that", async () => {
    const target = path.replace("GetBillingBalance", "HasTrialed");
    const answer = await world.client.call({
      headers: { ":path": target },
      chunks: [frame(Buffer.alloc(0))],
    });
    expect(errorOf(answer)).toMatchObject({
      code: Code.Unimplemented,
      rawMessage: expect.stringContaining("HasTrialed is not implemented"),
    });
  });

  it.each(["application/grpc", "application/grpc+proto", "Application/GRPC+Proto"])(
    "may come as %s",
    async (contentType) => {
      const answer = await world.client.call({ headers: { "content-type": contentType } });
      expect(answer.header["content-type"]).toBe("application/grpc+proto");
      expect(currencyIn(messageIn(answer))).toBe("x");
    },
  );

  it("may come with a query, and with an expectation", async () => {
    const answer = await world.client.call({ headers: { ":path": `${path}?x=1`, expect: "100-continue" } });
    expect(currencyIn(messageIn(answer))).toBe("x");
  });

  it("to a host that cannot be are refused", async () => {
    expect(await world.client.call({ headers: { ":authority": "a:99999" } })).toMatchObject({ status: 400 });
  });

  it("are waited for when the server closes", async () => {
    const closing = await startGrpc({ thinGrpc });
    let answer = (_words: string) => {};
    const began = new Promise<void>((resolve) => {
      closing.implement(() => {
        resolve();
        return new Promise<string>((end) => {
          answer = end;
        });
      });
    });
    const running = answerOf(closing.client.open());
    await began;
    const closed = closing.server.close(10_000);
    await once(closing.client.session, "goaway");
    answer("done");
    expect(currencyIn(messageIn(await running))).toBe("done");
    await closed;
    await closing.stop();
  });

  it("are aborted when the server has waited long enough", async () => {
    const closing = await startGrpc({ thinGrpc });
    const { implementation, signal } = waiting();
    closing.implement(implementation);
    const running = answerOf(closing.client.open());
    const seen = await signal;
    await closing.server.close(10);
    expect(await aborted(seen)).toBe(Code.Unavailable);
    await running;
    await closing.stop();
  });

  it("are cancelled when they do not arrive in time, and cut off when they go on after a refusal", async () => {
    const hurried = await startGrpc({ thinGrpc, limits: { requestMsMax: 100 } });
    const half = await hurried.client.call({ chunks: [frame(request("x")).subarray(0, 6)], end: false });
    expect(half).toMatchObject({ status: undefined, rstCode: http2.constants.NGHTTP2_CANCEL });
    await hurried.stop();
    const strict = await startGrpc({ thinGrpc, limits: { requestBytesMax: 1_000, drainBytesMax: 10_000 } });
    const endless = await strict.client.call({ chunks: [frame(Buffer.alloc(50_000))], end: false });
    expect(endless.body).toHaveLength(0);
    expect(errorOf(await strict.client.call())).toBeUndefined();
    await strict.stop();
  });
});
