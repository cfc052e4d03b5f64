import { once } from "node:events";
import net from "node:net";
import { until } from "../../test/support/until.ts";
import type { HttpResponse } from "./http.ts";
import type { HttpHandler } from "./http-handler.ts";
import type { Limits } from "./limits.ts";
import { startServer } from "./server.fixture.ts";

const get = "GET /anything HTTP/1.1\r\nhost: a\r\n\r\n";
const watch =
  "POST /grpc.health.v1.Health/Watch HTTP/1.1\r\nhost: a\r\ncontent-type: application/connect+proto\r\n" +
  "connect-protocol-version: 1\r\ncontent-length: 5\r\n\r\n\0\0\0\0\0";

/** A server whose REST answers nothing, and what became of its responses. */
async function start(limits: Partial<Limits> = {}) {
  const responses: HttpResponse[] = [];
  let closed = 0;
  const gateway: HttpHandler = {
    async handle(_request, response) {
      responses.push(response);
      response.once("close", () => {
        closed += 1;
      });
    },
  };
  const { server, port } = await startServer({ gateway, limits });
  return {
    responses,
    closed: () => closed,
    send: (bytes: string) => {
      const socket = net.connect({ port, host: "127.0.0.1" });
      socket.on("error", () => {});
      socket.write(bytes);
      return socket;
    },
    stop: () => server.close(0),
  };
}

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
