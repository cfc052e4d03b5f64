import { once } from "node:events";
import { constants } from "node:http2";
import { Code, ConnectError } from "@connectrpc/connect";
import { until } from "../support/until.ts";
import { answerOf, errorOf, frame, request } from "./raw-client.ts";
import { type GrpcWorld, paths, startGrpc } from "./server.ts";

const stranger = { authorization: "stranger" };

describe.each(paths)("admission on $name", ({ thinGrpc }) => {
  let world: GrpcWorld;
  /** The next look-up waits for it. */
  let lookUp: Promise<void> = Promise.resolve();
  beforeAll(async () => {
    world = await startGrpc({
      thinGrpc,
      limits: { drainMsMax: 200, streamsUnprovenMax: 100, streamsPerSessionMax: 700 },
      admit: async ({ requestHeader }) => {
        await lookUp;
        if (requestHeader.get("authorization") === "stranger")
          throw new ConnectError("who are you?", Code.Unauthenticated);
      },
    });
  });
  afterEach(() => {
    lookUp = Promise.resolve();
  });
  afterAll(() => world.stop());

  it.each([
    ["as it should be", [frame(request("x"))]],
    ["that is nothing", []],
    ["that would be refused for itself", [frame(Buffer.alloc(20_000, 0xff), 1)]],
  ])("turns a stranger away, with a request %s", async (_, chunks) => {
    const answer = await world.client.call({ headers: stranger, chunks });
    expect(errorOf(answer)).toMatchObject({ code: Code.Unauthenticated, rawMessage: "who are you?" });
  });

  it("turns a stranger away before the request ends, and takes the rest of it", async () => {
    const patient = await startGrpc({
      thinGrpc,
      limits: { drainMsMax: 600_000 },
      admit: () => Promise.reject(new ConnectError("who are you?", Code.Unauthenticated)),
    });
    const stream = patient.client.open({ chunks: [frame(Buffer.alloc(50_000)).subarray(0, 9)], end: false });
    const answer = answerOf(stream);
    await once(stream, "end");
    await new Promise((taken) => stream.write(Buffer.alloc(200_000), taken));
    stream.end();
    expect(errorOf(await answer)).toMatchObject({ code: Code.Unauthenticated });
    expect((await answer).rstCode).toBe(constants.NGHTTP2_NO_ERROR);
    await patient.stop();
  });

  it("takes a call whose caller had to be looked up, whatever has arrived by then", async () => {
    let found = () => {};
    lookUp = new Promise((resolve) => {
      found = resolve;
    });
    const calls = [[frame(request("x"))], []].map((chunks) => world.client.call({ chunks }));
    // What is sent behind a ping has arrived when that is answered.
    await new Promise((resolve) => world.client.session.ping(resolve));
    found();
    const [whole, nothing] = await Promise.all(calls);
    expect(whole?.fields["grpc-status"]).toBe("0");
    expect(nothing && errorOf(nothing)).toMatchObject({ code: Code.Unimplemented });
  });

  it("ends at the deadline, whatever the look-up still waits for", async () => {
    lookUp = new Promise(() => {});
    const answer = await world.client.call({ headers: { "grpc-timeout": "50m" } });
    expect(errorOf(answer)).toMatchObject({ code: Code.DeadlineExceeded });
  });
});

it("lets a connection have more calls at once when one of them was admitted", async () => {
  const world = await startGrpc({
    limits: { streamsUnprovenMax: 100, streamsPerSessionMax: 700 },
    admit: async ({ requestHeader, connection }) => {
      if (requestHeader.has("authorization")) throw new ConnectError("who are you?", Code.Unauthenticated);
      connection.prove();
    },
  });
  const { session } = world.client;
  const streamsMax = () => session.remoteSettings.maxConcurrentStreams;
  expect(errorOf(await world.client.call({ headers: stranger }))).toMatchObject({
    code: Code.Unauthenticated,
  });
  expect(streamsMax()).toBe(100);
  await world.client.call();
  await new Promise((resolve) => session.ping(resolve));
  expect(streamsMax()).toBe(700);
  await world.stop();
});

it("lets strangers' unfinished requests take nothing from callers", async () => {
  const world = await startGrpc({ limits: { unfinishedBytesMax: 16_000, unfinishedOpenBytesMax: 16_000 } });
  const begun = frame(Buffer.alloc(16_000)).subarray(0, 15_000);
  const health = { ":path": "/grpc.health.v1.Health/Check" };
  for (let stream = 0; stream < 10; stream += 1)
    world.client.open({ headers: health, chunks: [begun], end: false }).on("error", () => undefined);
  await new Promise((resolve) => world.client.session.ping(resolve));
  expect(errorOf(await world.client.call())).toBeUndefined();
  await world.stop();
});

it("counts what a request has sent, and not what it announces", async () => {
  const world = await startGrpc({ limits: { unfinishedBytesPerConnectionMax: 130_000 } });
  const announced = frame(Buffer.alloc(60_000)).subarray(0, 5);
  for (let stream = 0; stream < 50; stream += 1) world.client.open({ chunks: [announced], end: false });
  await new Promise((resolve) => world.client.session.ping(resolve));
  const large = await world.client.call({ chunks: [frame(request("x".repeat(60_000)))] });
  expect(errorOf(large)).toBeUndefined();
  await world.stop();
});

it("keeps no more of unfinished requests than it may, and takes the next when they are gone", async () => {
  const world = await startGrpc({
    limits: { unfinishedBytesPerConnectionMax: 130_000, smallBytesMax: 1_000 },
  });
  const half = frame(Buffer.alloc(40_000)).subarray(0, 30_000);
  const first = world.client.open({ chunks: [half], end: false });
  const large = () => world.client.call({ chunks: [frame(Buffer.alloc(40_000))] });
  expect(errorOf(await large())).toMatchObject({ code: Code.ResourceExhausted });
  expect(errorOf(await world.client.call())).toBeUndefined();
  first.close();
  await until(async () => errorOf(await large())?.code !== Code.ResourceExhausted);
  await world.stop();
});
