import type { Server as Http1Server } from "node:http";
import type { Http2Server } from "node:http2";
import type { Socket } from "node:net";
import { endWithAnswer } from "../http1/last-answer.ts";
import type { Limits } from "../limits.ts";
import { cutSession } from "./open-connections.ts";

/**
 * Ends connections that have lived for long, each at an age of its own, so that clients behind a balancer come to move
 * to instances that are new: HTTP/2 is told to go away, HTTP/1.1 that this answer is the last. What runs then has a grace.
 */
export function boundAge(
  { http1, http2 }: { readonly http1: Http1Server; readonly http2: Http2Server },
  { connectionMsMax, connectionGraceMs }: Limits,
): void {
  const age = () => connectionMsMax * (0.9 + Math.random() / 5);
  http2.on("session", (session) => {
    const timer = setTimeout(() => {
      session.close();
      const grace = setTimeout(() => cutSession(session), connectionGraceMs);
      session.once("close", () => clearTimeout(grace));
    }, age());
    session.once("close", () => clearTimeout(timer));
  });

  const endsAt = new WeakMap<Socket, number>();
  http1.on("connection", (socket: Socket) => endsAt.set(socket, performance.now() + age()));
  http1.prependListener("request", ({ socket }, response) => {
    if (performance.now() > (endsAt.get(socket) ?? Number.POSITIVE_INFINITY)) endWithAnswer(response);
  });
}
