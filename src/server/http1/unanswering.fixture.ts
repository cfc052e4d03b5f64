import net from "node:net";
import type { HttpResponse } from "../http.ts";
import type { HttpHandler } from "../http-handler.ts";
import type { Limits } from "../limits.ts";
import { startServer } from "../server.fixture.ts";

export const get = "GET /anything HTTP/1.1\r\nhost: a\r\n\r\n";

/** A server whose REST answers nothing, and what became of its responses. */
export async function start(limits: Partial<Limits> = {}) {
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
    server,
    responses,
    closed: () => closed,
    /** @param allowHalfOpen whether the client goes on when the server has ended its side */
    send: (bytes: string, { allowHalfOpen = false } = {}) => {
      const socket = net.connect({ port, host: "127.0.0.1", allowHalfOpen });
      socket.on("error", () => {});
      socket.write(bytes);
      return socket;
    },
    stop: () => server.close(0),
  };
}

/** Of every answer that came: its status, whether the connection ends with it, and its body. */
export const answersIn = (received: string) =>
  received
    .split(/(?=HTTP\/1\.1 )/)
    .map((answer) => [answer.slice(9, 12), /^connection: close\r$/im.test(answer), answer.slice(-1)]);
