import { once } from "node:events";
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { until } from "../../../test/support/until.ts";
import { answersIn, get, start } from "./unanswering.fixture.ts";

const watch =
  "POST /grpc.health.v1.Health/Watch HTTP/1.1\r\nhost: a\r\ncontent-type: application/connect+proto\r\n" +
  "connect-protocol-version: 1\r\ncontent-length: 5\r\n\r\n\0\0\0\0\0";

it("ends whatever waits behind another request of a connection that closes", async () => {
  const { responses, closed, send, stop } = await start();
  const socket = send(get.repeat(3));
  await until(async () => responses.length === 3);
  expect(closed()).toBe(0);
  socket.destroy();
  await until(async () => closed() === 3);
  expect(responses.map(({ destroyed }) => destroyed)).toEqual([true, true, true]);
  await stop();
});

it("ends each once, and those that were answered not again", async () => {
  const { responses, closed, send, stop } = await start();
  const socket = send(get.repeat(3));
  await until(async () => responses.length === 3);
  for (const response of responses.slice(0, 2)) response.end("x");
  await until(async () => closed() === 2);
  socket.destroy();
  await until(async () => closed() === 3);
  await stop();
  expect(closed()).toBe(3);
});

it("gives back the places of streams that waited for their turn", async () => {
  const { send, stop } = await start({ openStreamsMax: 3, openStreamsPerAddressMax: 3 });
  const first = send(watch.repeat(3));
  await once(first, "data");
  const isFull = async () => {
    const socket = send(watch);
    const [answer] = (await once(socket, "data")) as [Buffer];
    socket.destroy();
    return answer.includes("TOO_MANY_STREAMS") || answer.includes("resource_exhausted");
  };
  await until(isFull);
  first.destroy();
  await until(async () => !(await isFull()));
  const second = send(watch.repeat(2));
  await once(second, "data");
  expect(await isFull()).toBe(false);
  second.destroy();
  await stop();
});

it("closes a connection that sends on and on, and waits for no answer", async () => {
  const { responses, closed, send, stop } = await start({ pipelinedMax: 3 });
  const within = send(get.repeat(3));
  await until(async () => responses.length === 3);
  expect(within.destroyed).toBe(false);
  await once(send(get.repeat(4)), "close");
  within.destroy();
  await until(async () => closed() === responses.length);
  await stop();
});

it("answers all requests that have begun when it is to stop, and says with the last that the connection ends", async () => {
  const { responses, send, server } = await start();
  const socket = send(get.repeat(3));
  const received = text(socket);
  await until(async () => responses.length === 3);
  const closed = server.close(20_000);
  for (const [index, response] of responses.entries()) response.end(String(index));
  expect(answersIn(await received)).toEqual([
    ["200", false, "0"],
    ["200", false, "1"],
    ["200", true, "2"],
  ]);
  await closed;
});

it("begins no request behind the answer with which the connection ends", async () => {
  const { responses, send, server } = await start();
  const socket = send(get);
  const received = text(socket);
  await until(async () => responses.length === 1);
  const closed = server.close(20_000);
  socket.write(get);
  await until(async () => server.figures().connections.bytesReceived === 2 * get.length);
  responses[0]?.end("0");
  expect(answersIn(await received)).toEqual([["200", true, "0"]]);
  expect(responses).toHaveLength(1);
  await closed;
});

it("begins no request behind the last answer of an old connection", async () => {
  const { responses, send, stop } = await start({ connectionMsMax: 0 });
  const received = text(send(get.repeat(2)));
  await until(async () => responses.length > 0);
  for (const [index, response] of responses.entries()) response.end(String(index));
  expect(answersIn(await received)).toEqual([["200", true, "0"]]);
  expect(responses).toHaveLength(1);
  await stop();
});

it("sends an answer in full that is on its way when it is to stop", async () => {
  const { responses, send, server } = await start();
  const socket = send(get);
  await until(async () => responses.length === 1);
  const content = "x".repeat(20_000_000);
  responses[0]?.writeHead(200, { "content-length": content.length });
  responses[0]?.end(content);
  await once(socket, "readable");
  const closed = server.close(20_000);
  expect((await text(socket)).endsWith(`\r\n\r\n${content}`)).toBe(true);
  await closed;
});

const malformed = {
  "a request whose body is malformed":
    "POST /anything HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
  "what is no request": "zz\r\n\r\n",
  "a tunnel": "CONNECT a:80 HTTP/1.1\r\nhost: a\r\n\r\n",
};

it.each(Object.entries(malformed))("answers the requests before %s, and nothing else", async (_, bad) => {
  const { responses, send, stop } = await start();
  const received = text(send(get.repeat(2) + bad));
  await until(async () => responses.length >= 2);
  for (const [index, response] of responses.slice(0, 2).entries()) response.end(String(index));
  expect(answersIn(await received).map(([status, , body]) => [status, body])).toEqual([
    ["200", "0"],
    ["200", "1"],
  ]);
  await stop();
});

it.each(Object.entries(malformed))("sends the last answer, though %s comes behind it", async (_, bad) => {
  const { responses, send, server } = await start();
  const socket = send(get);
  const received = text(socket);
  await until(async () => responses.length === 1);
  const closed = server.close(20_000);
  socket.write(bad);
  await until(async () => server.figures().connections.bytesReceived === get.length + bad.length);
  responses[0]?.end("0");
  expect(answersIn(await received)).toEqual([["200", true, "0"]]);
  await closed;
});

const behind = {
  "a request": `POST /anything HTTP/1.1\r\nhost: a\r\ncontent-length: 100000000\r\n\r\n`,
  "what is no request": "zz\r\n\r\n",
  "a tunnel": "CONNECT a:80 HTTP/1.1\r\nhost: a\r\n\r\n",
};

it.each(Object.entries(behind))(
  "reads away no more of %s behind the last answer than of a stranger's",
  async (_, begun) => {
    const { responses, send, server } = await start();
    const socket = send(get);
    socket.on("error", () => {});
    await until(async () => responses.length === 1);
    const closed = server.close(20_000);
    const sent = 100_000_000;
    socket.write(begun);
    socket.write(Buffer.alloc(sent));
    // More than it takes lies with the sender.
    const received = () => server.figures().connections.bytesReceived;
    let before = -1;
    await until(async () => {
      const isStill = received() === before && before > 1_000_000;
      before = received();
      return isStill;
    });
    expect(before).toBeLessThan(sent / 2);
    socket.destroy();
    responses[0]?.end("0");
    await closed;
  },
);

it.each([...Object.values(malformed), "GET /any"])(
  "notices that a client leaves a stream, though %j came behind it",
  async (bad) => {
    const { send, server, stop } = await start();
    const socket = send(watch);
    await once(socket, "data");
    socket.end(bad);
    await until(async () => server.figures().connections.open === 0);
    await stop();
  },
);

it("gives a stream no more time than a request, where nothing is read that comes behind it", async () => {
  const { send, server, stop } = await start({ requestMsMax: 300 });
  const socket = send(`${watch}POST /anything HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\nh`);
  await once(socket, "data");
  await until(async () => server.figures().connections.open === 0);
  expect(socket.readableEnded).toBe(true);
  await stop();
});

it("answers the requests before one that comes too slowly, and does not do that, though its rest comes", async () => {
  const { responses, send, stop } = await start({ requestMsMax: 1_000 });
  const socket = send(`${get}POST /anything HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\nh`);
  const received = text(socket);
  await until(async () => responses[0]?.getHeader("connection") === "close");
  socket.write("i");
  // Nothing tells that it does not arrive.
  await setTimeout(100);
  const [first, second] = responses;
  first?.end("0");
  expect(answersIn(await received)).toEqual([["200", true, "0"]]);
  expect(second?.req.complete).toBe(false);
  await stop();
});
