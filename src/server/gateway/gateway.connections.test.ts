import { once } from "node:events";
import * as http2 from "node:http2";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { fromJson } from "@bufbuild/protobuf";
import type { TestHandler } from "../../../test/fixtures/gateway/rest-server.ts";
import { everything } from "../../../test/fixtures/gateway/schema.ts";
import { echo, type GatewayFixture, reasonOf, startGateway } from "./gateway.fixture.ts";

let gateway: GatewayFixture;
beforeAll(async () => {
  gateway = await startGateway();
});
beforeEach(() => gateway.implement(echo));
afterAll(() => gateway.close());

// First, for whoever left in another test may be told of while this one counts.
it("makes no signal and no headers of a call where nobody asks for them", async () => {
  const made = [jest.spyOn(globalThis, "AbortController"), jest.spyOn(globalThis, "Headers")];
  try {
    const socket = connect(Number(new URL(gateway.http1).port), "127.0.0.1");
    const head = "POST /native/items HTTP/1.1\r\nHost: x\r\nContent-Length: 12\r\nConnection: close\r\n\r\n";
    socket.end(`${head}{"name":"x"}`);
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 .*{"name":"x"}/s);
    expect(made.map((each) => each.mock.calls.length)).toEqual([0, 0]);
  } finally {
    for (const each of made) each.mockRestore();
  }
});

describe("a deadline", () => {
  const hanging: TestHandler = () => new Promise(() => {});

  it.each([
    ["x-server-timeout", "0.05"],
    ["grpc-timeout", "50m"],
    ["connect-timeout-ms", "50"],
    ["x-server-timeout", "0"],
  ])("in %s: %s is kept even if the handler hangs", async (name, value) => {
    gateway.implement(hanging);
    const answer = await gateway.call("GET", "/native/items/x", { headers: { [name]: value } });
    expect(answer).toMatchObject({ status: 504, json: { code: 4 } });
    expect(reasonOf(answer.json)).toBe("DEADLINE_EXCEEDED");
  });

  it("that is over before the body is read was not the body's", async () => {
    const headers = { "content-type": "application/json", "x-server-timeout": "0" };
    const answer = await gateway.post("/native/items", {}, headers);
    expect([answer.status, reasonOf(answer.json)]).toEqual([504, "DEADLINE_EXCEEDED"]);
  });

  it("is known to the handler, and is there even if the caller asks for none", async () => {
    gateway.implement((_message, context) =>
      fromJson(everything, { doubleValue: context.timeoutMs() ?? -1 }),
    );
    const { json: asked } = await gateway.call("GET", "/native/items/x", {
      headers: { "x-server-timeout": "7" },
    });
    expect(asked.doubleValue).toBeGreaterThan(0);
    expect(asked.doubleValue).toBeLessThanOrEqual(7_000);
    expect((await gateway.call("GET", "/native/items/x")).json.doubleValue).toBeLessThanOrEqual(60_000);
  });

  it("holds for a body that does not arrive", async () => {
    const socket = connect(Number(new URL(gateway.http1).port), "127.0.0.1");
    const head =
      "POST /native/items HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\nConnect-Timeout-Ms: 1000\r\n\r\n{";
    socket.write(head);
    const [first] = (await once(socket, "data")) as [Buffer];
    expect(first.toString()).toMatch(/^HTTP\/1\.1 408 .*"BODY_TIMEOUT"/s);
    socket.destroy();
  });
});

describe("a caller that goes away", () => {
  it("aborts the call", async () => {
    const signals: AbortSignal[] = [];
    const controller = new AbortController();
    gateway.implement((_message, context) => {
      signals.push(context.signal);
      controller.abort();
      return new Promise(() => {});
    });
    await expect(gateway.call("GET", "/native/items/x", { signal: controller.signal })).rejects.toThrow(
      "abort",
    );
    const [signal] = signals;
    if (signal && !signal.aborted) await once(signal, "abort");
    expect(signal?.aborted).toBe(true);
  });

  it("while it sends its body does no harm", async () => {
    const socket = connect(Number(new URL(gateway.http1).port), "127.0.0.1");
    socket.write("POST /native/items HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{", () =>
      socket.destroy(),
    );
    await once(socket, "close");
    expect((await gateway.call("GET", "/native/items/x")).status).toBe(200);
  });
});

describe("HTTP details", () => {
  it("takes a target in absolute form", async () => {
    const socket = connect(Number(new URL(gateway.http1).port), "127.0.0.1");
    socket.end(
      "GET http://example.com/native/items/x?tags=a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    );
    expect(await text(socket)).toContain('{"name":"x","tags":["a"]}');
  });

  it("keeps a connection after an error, so that clients need not reconnect", async () => {
    const socket = connect(Number(new URL(gateway.http1).port), "127.0.0.1");
    const request = (path: string, more = "") => `GET ${path} HTTP/1.1\r\nHost: x\r\n${more}\r\n`;
    socket.end(request("/nowhere") + request("/native/items/x", "Connection: close\r\n"));
    expect(await text(socket)).toMatch(/HTTP\/1\.1 404 .*HTTP\/1\.1 200 /s);
  });

  it("works over HTTP/2", async () => {
    const session = http2.connect(gateway.http2);
    const stream = session.request({ ":path": "/native/items/x", "x-server-timeout": "5" });
    expect(JSON.parse(await text(stream))).toEqual({ name: "x" });
    session.destroy();
  });
});

it("serves others between requests without a body that come together", async () => {
  let round = 0;
  let isOver = false;
  const next = () => {
    round += 1;
    if (!isOver) setImmediate(next);
  };
  const rounds = new Set<number>();
  gateway.implement((message) => {
    rounds.add(round);
    // Longer than requests are begun in a round.
    for (const since = performance.now(); performance.now() - since < 25; );
    return message;
  });
  const session = http2.connect(gateway.http2);
  await once(session, "remoteSettings");
  next();
  const streams = Array.from({ length: 8 }, () => session.request({ ":path": "/native/items/x" }));
  await Promise.all(streams.map((stream) => text(stream)));
  isOver = true;
  session.close();
  expect(rounds.size).toBe(8);
});

it("counts the wait for a turn as a part of a request's time", async () => {
  let begun = 0;
  gateway.implement((message) => {
    begun += 1;
    // Longer than requests are begun in a round.
    for (const since = performance.now(); performance.now() - since < 25; );
    return message;
  });
  const session = http2.connect(gateway.http2);
  await once(session, "remoteSettings");
  const streams = Array.from({ length: 12 }, () => session.request({ ":path": "/native/items/x" }));
  const late = session.request({ ":path": "/native/items/x", "x-server-timeout": "0.1" });
  const [, answer] = await Promise.all([Promise.all(streams.map((stream) => text(stream))), text(late)]);
  session.close();
  expect(reasonOf(JSON.parse(answer))).toBe("DEADLINE_EXCEEDED");
  expect(begun).toBe(12);
});
