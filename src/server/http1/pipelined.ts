import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

const unanswered = new WeakMap<Socket, Set<ServerResponse>>();

/** The answers of an HTTP/1.1 connection that are not sent in full, in the order of their requests. */
export function unansweredOf(socket: Socket): ReadonlySet<ServerResponse> {
  return unanswered.get(socket) ?? new Set();
}

/**
 * Follows the requests of each HTTP/1.1 connection that have no answer yet: a client may send the next before it has the
 * answer to the one before. When the connection closes, node says so to the response whose turn it is, and to none behind
 * it, so whoever waits there would be kept, and what it took would never be given back. A connection with more of them than
 * it may have is closed.
 */
export function followPipelined(server: Server, responsesMax: number): void {
  server.prependListener("request", ({ socket }, response) => {
    const responses = unanswered.get(socket) ?? followed(socket);
    unanswered.set(socket, responses);
    responses.add(response);
    response.on("close", () => responses.delete(response));
    if (responses.size > responsesMax) socket.destroy();
  });
}

function followed(socket: Socket): Set<ServerResponse> {
  const responses = new Set<ServerResponse>();
  // After node has told the one whose turn it is.
  socket.once("close", () => setImmediate(() => responses.forEach(leave)));
  return responses;
}

function leave(response: ServerResponse): void {
  response.destroy();
  response.emit("close");
}
