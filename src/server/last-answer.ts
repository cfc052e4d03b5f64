import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { unansweredOf } from "./pipelined.ts";

/** With which answer a connection ends, where that is said already. */
const lastOf = new WeakMap<Socket, ServerResponse>();

/**
 * Has an HTTP/1.1 connection end with an answer, and tells its client by a header. Does nothing where the answer has begun, or where
 * the connection ends with another.
 */
export function endWithAnswer(response: ServerResponse): void {
  const { socket } = response.req;
  if (response.headersSent || lastOf.has(socket)) return;
  response.setHeader("connection", "close");
  lastOf.set(socket, response);
}

/** Whether a connection ends before this answer: its request is not to be begun, for nobody would hear what became of it. */
export function isBehindLast(response: ServerResponse): boolean {
  const last = lastOf.get(response.req.socket);
  return last !== undefined && last !== response;
}

/** Has each of these connections end with the last of its answers that are not sent in full, and all others that are idle at once. */
export function endConnections(http1: Server, answering: ReadonlySet<Socket>): void {
  for (const socket of answering) {
    const last = [...unansweredOf(socket)].at(-1);
    if (last !== undefined) endWithAnswer(last);
  }
  // Node takes a connection for idle whose answer is written and not sent in full yet, and would destroy it.
  for (const socket of answering) socket.destroy = stay;
  try {
    http1.close();
  } finally {
    for (const socket of answering) delete (socket as Partial<Socket>).destroy;
  }
}

function stay(this: Socket): Socket {
  return this;
}
