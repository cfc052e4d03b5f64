import http from "node:http";
import type { Socket } from "node:net";
import { Code } from "@connectrpc/connect";
import type { Listener } from "./http.ts";
import type { Limits } from "./limits.ts";
import { followPipelined } from "./pipelined.ts";
import { bodyTooLarge, headerTooLarge, malformed, type Refusal, refusalJson } from "./status.ts";

/** An HTTP/1.1 server for the connections of a port. What does not parse is answered with 4xx and JSON. */
export function createHttp1(listener: Listener, limits: Limits): http.Server {
  const server = http.createServer({
    maxHeaderSize: limits.headerBytesMax,
    headersTimeout: Math.min(limits.headersMsMax, limits.requestMsMax),
    requestTimeout: limits.requestMsMax,
    keepAliveTimeout: limits.idleMsMax,
    connectionsCheckingInterval: Math.min(limits.headersMsMax, 1_000),
    // The listener refuses a request without Host itself, with a body that says so.
    requireHostHeader: false,
  });
  followPipelined(server, limits.pipelinedMax);
  const latest = new WeakMap<Socket, { request: http.IncomingMessage; response: http.ServerResponse }>();
  server.on("request", (request, response) => {
    latest.set(request.socket, { request, response });
    listener(request, response);
  });
  server.on("checkContinue", (request, response) => {
    if (Number(request.headers["content-length"]) > limits.requestBytesMax) {
      return refuseBody(response, limits.requestBytesMax);
    }
    response.writeContinue();
    server.emit("request", request, response);
  });
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Socket) => {
    const last = latest.get(socket);
    // A whole request may be at work or half answered: another answer in its place would be a lie.
    const answering = last !== undefined && !last.response.writableFinished;
    if (!socket.writable || (answering && (last.request.complete || last.response.headersSent))) {
      socket.destroy();
      return;
    }
    socket.end(rawResponse(refusalOf(error)));
  });
  return server;
}

function refuseBody(response: http.ServerResponse, bytesMax: number): void {
  const refusal = bodyTooLarge(bytesMax);
  // Whether the client sends the body after this is its choice, so nothing after it can be told apart.
  response.writeHead(refusal.status, { "content-type": "application/json", connection: "close" });
  response.end(refusalJson(refusal));
}

/** Codes are those of node's HTTP parser and of its timeouts. */
function refusalOf(error: NodeJS.ErrnoException): Refusal {
  switch (error.code) {
    case "HPE_HEADER_OVERFLOW":
      return headerTooLarge;
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return {
        status: 408,
        code: Code.DeadlineExceeded,
        reason: "REQUEST_TOO_SLOW",
        message: "the request did not arrive in time",
      };
    default:
      return malformed;
  }
}

function rawResponse(refusal: Refusal): string {
  const body = refusalJson(refusal);
  return [
    `HTTP/1.1 ${refusal.status} ${http.STATUS_CODES[refusal.status]}`,
    "content-type: application/json",
    `content-length: ${Buffer.byteLength(body)}`,
    "connection: close",
    "",
    body,
  ].join("\r\n");
}
