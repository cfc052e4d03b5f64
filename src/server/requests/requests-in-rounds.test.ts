import { once } from "node:events";
import * as http2 from "node:http2";
import { Code, ConnectError } from "@connectrpc/connect";
import { startServer } from "../server.fixture.ts";

const path = "/raystack.frontier.v1beta1.FrontierService/GetBillingBalance";
const strangers = 8;

it.each([
  ["gRPC", { "content-type": "application/grpc", te: "trailers" }],
  ["Connect", { "content-type": "application/json", "connect-protocol-version": "1" }],
])(
  "serves others between strangers that come together over %s, though none of them is let in",
  async (_, headers) => {
    let round = 0;
    let isOver = false;
    const next = () => {
      round += 1;
      if (!isOver) setImmediate(next);
    };
    const rounds: number[] = [];
    const { server, url } = await startServer({
      admit: () => {
        rounds.push(round);
        // Longer than requests are begun in a round.
        for (const since = performance.now(); performance.now() - since < 25; );
        return Promise.reject(new ConnectError("a stranger", Code.Unauthenticated));
      },
    });
    const session = http2.connect(url);
    await once(session, "remoteSettings");
    next();
    await Promise.all(
      Array.from({ length: strangers }, () => {
        const stream = session.request({ ":method": "POST", ":path": path, ...headers });
        stream.resume().end(Buffer.alloc(5));
        return once(stream, "close");
      }),
    );
    isOver = true;
    expect(rounds).toHaveLength(strangers);
    expect(new Set(rounds).size).toBe(strangers);
    session.close();
    await server.close(0);
  },
);
