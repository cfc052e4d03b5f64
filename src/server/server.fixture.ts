import net from "node:net";
import { Code, ConnectError, type ConnectRouter } from "@connectrpc/connect";
import pino from "pino";
import { FrontierService } from "../../gen/raystack/frontier/v1beta1/frontier_pb.ts";
import type { HttpHandler } from "./http-handler.ts";
import { createServer, type Server, type ServerOptions } from "./server.ts";

/** A running server for tests: FrontierService echoes the id as the currency, REST answers with the request. */
export interface Fixture {
  readonly server: Server;
  readonly host: string;
  readonly port: number;
  readonly url: string;
}

export const echo = (router: ConnectRouter) => {
  router.service(FrontierService, {
    getBillingBalance: ({ id }) => {
      if (id === "missing") throw new ConnectError("no such account", Code.NotFound);
      return { balance: { amount: 9007199254740993n, currency: id } };
    },
  });
};

export const echoGateway: HttpHandler = {
  async handle(request, response) {
    let length = 0;
    for await (const chunk of request) length += chunk.length;
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ url: request.url, id: request.headers["x-request-id"], length }));
  },
};

export async function startServer(options: Partial<ServerOptions> = {}): Promise<Fixture> {
  const server = createServer({
    routes: echo,
    admit: async ({ connection }) => connection.prove(),
    interceptors: [],
    gateway: echoGateway,
    ready: async () => {},
    log: pino({ level: "silent" }),
    ...options,
  });
  const { host, port } = await server.listen("127.0.0.1", 0);
  return { server, host, port, url: `${options.tls ? "https" : "http"}://${host}:${port}` };
}

/** Sends bytes as they are and resolves with all that comes back until the other side closes. */
export function exchange(port: number, chunks: readonly (string | Buffer)[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const received: Buffer[] = [];
    const socket = net.connect({ port, host: "127.0.0.1", noDelay: true });
    socket.on("data", (chunk) => received.push(chunk));
    socket.on("error", reject);
    socket.on("close", () => resolve(Buffer.concat(received).toString("latin1")));
    const send = ([first, ...rest]: readonly (string | Buffer)[]) => {
      if (first === undefined) return;
      socket.write(first, () => setImmediate(send, rest));
    };
    send(chunks);
  });
}
