import { once } from "node:events";
import type { ClientHttp2Stream } from "node:http2";
import { create, toBinary } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { ServerReflectionRequestSchema } from "../../../gen/grpc/reflection/v1/reflection_pb.ts";
import { answerOf, errorOf, frame, RawClient } from "../../../test/grpc/raw-client.ts";
import { until } from "../../../test/support/until.ts";
import type { Limits } from "../limits.ts";
import { startServer } from "../server.fixture.ts";

const question = frame(
  toBinary(
    ServerReflectionRequestSchema,
    create(ServerReflectionRequestSchema, { messageRequest: { case: "listServices", value: "" } }),
  ),
);
const nothing = frame(Buffer.alloc(0));

async function start(limits: Partial<Limits>) {
  const { server, url } = await startServer({ limits: { drainMsMax: 100, ...limits } });
  const client = new RawClient(url);
  const open = (path: string, first: Buffer) =>
    client.open({ headers: { ":path": path }, chunks: [first], end: path.endsWith("Watch") });
  return {
    url,
    client,
    reflect: () => open("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", question),
    reflectAsBefore: () => open("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", question),
    watch: () => open("/grpc.health.v1.Health/Watch", nothing),
    async stop() {
      client.close();
      await server.close(0);
    },
  };
}

/** Whether a stream is let in, which its first answer tells. */
async function isIn(stream: ClientHttp2Stream): Promise<boolean> {
  stream.once("trailers", () => stream.close());
  const refused = answerOf(stream).then((answer) => {
    expect(errorOf(answer)).toMatchObject({ code: Code.ResourceExhausted });
    return false;
  });
  return Promise.race([once(stream, "data").then(() => true), refused]);
}

it("are bounded together, and a place is free when one ends", async () => {
  const world = await start({ openStreamsMax: 3 });
  const kinds = [world.reflect, world.reflectAsBefore, world.watch];
  const streams = kinds.map((open) => open());
  for (const stream of streams) expect(await isIn(stream)).toBe(true);
  for (const open of kinds) expect(await isIn(open())).toBe(false);
  const check = { ":path": "/grpc.health.v1.Health/Check" };
  expect(errorOf(await world.client.call({ headers: check, chunks: [nothing] }))).toBeUndefined();

  for (const stream of streams) {
    stream.close();
    await until(async () => isIn(world.reflect()));
  }
  await world.stop();
});

it("are bounded for one address", async () => {
  const world = await start({ openStreamsPerAddressMax: 1 });
  expect(await isIn(world.watch())).toBe(true);
  expect(await isIn(world.reflect())).toBe(false);
  await world.stop();
});

it("give their places back over HTTP/1.1, whose connections live on", async () => {
  const world = await start({ openStreamsMax: 1 });
  const watch = (body: Buffer, signal?: AbortSignal) =>
    fetch(`${world.url}/grpc.health.v1.Health/Watch`, {
      method: "POST",
      headers: { "content-type": "application/connect+proto" },
      body,
      ...(signal && { signal }),
    });
  for (let time = 0; time < 3; time += 1)
    expect(await (await watch(frame(Buffer.alloc(3, 0xff)))).text()).toMatch(/parse binary/);
  const leaving = new AbortController();
  const watching = await watch(nothing, leaving.signal);
  expect((await watching.body?.getReader().read())?.done).toBe(false);
  expect(await (await watch(nothing)).text()).toMatch(/TOO_MANY_STREAMS|resource_exhausted/);
  leaving.abort();
  await until(
    async () => !(await (await watch(frame(Buffer.alloc(3, 0xff)))).text()).includes("resource_exhausted"),
  );
  await world.stop();
});

it("end where their clients ask nothing for long, whatever else they send, and no others", async () => {
  const world = await start({ requestMsMax: 2_000 });
  const [asking, idle, trickling, watching] = [
    world.reflect(),
    world.reflect(),
    world.reflect(),
    world.watch(),
  ];
  for (const stream of [asking, idle, trickling, watching]) expect(await isIn(stream)).toBe(true);
  trickling.write(frame(Buffer.alloc(10_000)).subarray(0, 5));
  await until(async () => {
    asking.write(question);
    if (!trickling.destroyed) trickling.write(Buffer.alloc(1));
    await once(asking, "data");
    return idle.destroyed && trickling.destroyed;
  });
  asking.write(question);
  await once(asking, "data");
  expect(watching.destroyed).toBe(false);
  await world.stop();
});
