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
  if (!response.headersSent && lastAnswerOf(response.req.socket) === undefined) endAfter(response);
}

/** The same of an answer that may have begun, in place of any other with which the connection was to end. */
export function endAfter(response: ServerResponse): void {
  const { socket } = response.req;
  lastOf.set(socket, response);
  if (response.headersSent) response.once("close", () => socket.destroySoon());
  else response.setHeader("connection", "close");
}

/** With which answer a connection ends, where that is said. */
export function lastAnswerOf(socket: Socket): ServerResponse | undefined {
  return lastOf.get(socket);
}

/** Whether a connection ends before this answer: its request is not to be begun, for nobody would hear what became of it. */
export function isBehindLast(response: ServerResponse): boolean {
  const { socket } = response.req;
  const last = lastAnswerOf(socket);
  return socket.writableEnded || (last !== undefined && last !== response);
}

/** Has each of these connections end with the last of its answers that are not sent in full, and those that are idle at once. */
export function endConnections(http1: Server, connections: ReadonlySet<Socket>): void {
  for (const socket of connections) {
    const last = [...unansweredOf(socket)].at(-1);
    if (last !== undefined) endWithAnswer(last);
    // Of those on which no request has begun to arrive Node destroys each whose answer is written, though it may not be sent yet.
    socket.destroy = last === undefined ? end : stay;
  }
  try {
    http1.close();
  } finally {
    for (const socket of connections) delete (socket as Partial<Socket>).destroy;
  }
}

function end(this: Socket): Socket {
  this.destroySoon();
  return this;
}

function stay(this: Socket): Socket {
  return this;
}
