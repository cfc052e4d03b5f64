import { once } from "node:events";
import http from "node:http";
import net, { type AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { Code } from "@connectrpc/connect";
import { until } from "../../../test/support/until.ts";
import { ChunkedRequest } from "../http1/chunked-request.ts";
import { defaultLimits as limits } from "../limits.ts";
import { bodyOf, drainAfterAnswer, readAway } from "./receipt.ts";

const mebibyte = 1024 * 1024;

it("says of a client that goes while it sends that it is gone, and blames nobody", async () => {
  const server = http.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const socket = net.connect({ port, host: "127.0.0.1" });
  socket.write("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{");
  const sender = { party: () => "", isProven: () => true };
  const [request] = await once(server, "request");
  const body = buffer(
    bodyOf(request, { admitted: Promise.resolve(), looksForAnswers: false, sender, limits }),
  );
  socket.destroy();
  await expect(body).rejects.toMatchObject({ code: Code.Canceled });
  server.close();
});

it("reads the next request of a connection whose refused body has arrived, though it was more than is read away", async () => {
  const sender = { party: () => "", isProven: () => true };
  const draining = { ...limits, drainBytesMax: 2 * mebibyte };
  const server = http.createServer({ IncomingMessage: ChunkedRequest }, async (request, response) => {
    drainAfterAnswer(request, response, { sender, limits: draining });
    await readAway(request, draining, sender);
    response.end(request.method);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  // A connection that is read no more would be closed as an idle one, later.
  server.keepAliveTimeout = 0;
  let closed = 0;
  const ask = async (length: number) => {
    const socket = net.connect({ port, host: "127.0.0.1" });
    // Whoever was cut off in its body gets no other answer.
    socket.on("error", () => undefined).on("close", () => (closed += 1));
    socket.write(`POST / HTTP/1.1\r\nhost: x\r\ncontent-length: ${length}\r\n\r\n`);
    socket.write(Buffer.alloc(length));
    await once(socket, "data").catch(() => undefined);
    socket.resume().end("GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
  };
  // Beside each other they wait in the midst of their bodies, and so before the last piece of them.
  const lengths = Array.from({ length: 48 }, (_, index) => draining.drainBytesMax + 1 + index * 1024);
  await Promise.all(lengths.map(ask));
  await until(async () => closed === lengths.length);
  server.close();
});
