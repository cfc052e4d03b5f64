import { once } from "node:events";
import * as http2 from "node:http2";
import net from "node:net";
import { setImmediate } from "node:timers/promises";
import { Code, ConnectError } from "@connectrpc/connect";
import { startServer } from "../server.fixture.ts";

const path = "/raystack.frontier.v1beta1.FrontierService/GetBillingBalance";
const headers = { ":method": "POST", ":path": path, "content-type": "application/grpc", te: "trailers" };
const strangers = 60;
const connections = 40;

it("takes those who come new soon, however many have come and gone before them while there is much to do", async () => {
  let done = 0;
  let nowMs = performance.now();
  // No time passes but what a stranger takes: a process that was held up would rest from those who come for as long.
  const clock = jest.spyOn(performance, "now").mockImplementation(() => nowMs);
  const { server, url, port } = await startServer({
    admit: () => {
      done += 1;
      // Longer than requests are begun in a round.
      nowMs += 25;
      return Promise.reject(new ConnectError("a stranger", Code.Unauthenticated));
    },
  });
  const session = http2.connect(url);
  await once(session, "remoteSettings");
  const calls = Array.from({ length: strangers }, () => {
    const stream = session.request(headers);
    stream.resume().end(Buffer.alloc(5));
    return once(stream, "close");
  });
  const passing = Array.from({ length: connections }, () => net.connect({ port, host: "127.0.0.1" }));
  while (server.figures().connections.accepted < 1 + connections) await setImmediate();
  // One for each connection, were they taken one in a round.
  expect(done).toBeLessThan(connections / 2);
  for (const each of passing) each.destroy();
  await Promise.all(calls);
  expect(done).toBe(strangers);
  clock.mockRestore();
  session.close();
  await server.close(0);
});
