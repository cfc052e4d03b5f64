import http from "node:http";
import type { Socket } from "node:net";
import { Code } from "@connectrpc/connect";
import type { Calls } from "./calls.ts";
import { ChunkedRequest } from "./chunked-request.ts";
import { strangersOf } from "./connection.ts";
import { endInSteps } from "./ending.ts";
import { type Listener, waitsWithTooMuch } from "./http.ts";
import { isBehindLast } from "./last-answer.ts";
import type { Limits } from "./limits.ts";
import { addressOf } from "./peer.ts";
import { followPipelined, unansweredOf } from "./pipelined.ts";
import { rawAnswer } from "./raw-answer.ts";
import { readAway, type Sender } from "./receipt.ts";
import {
  headerTooLarge,
  malformed,
  type Refusal,
  refusalJson,
  unknownExpectation,
  unknownTransferCoding,
} from "./status.ts";

/** Of a request that is not begun no more is read away than of a stranger's, whoever sent it. */
const stranger: Sender = { party: () => strangersOf(""), isProven: () => false };

/** What is known of a request and its answer. */
interface Exchange {
  readonly request: Pick<http.IncomingMessage, "complete">;
  readonly response: Pick<http.ServerResponse, "headersSent" | "writableFinished">;
}

/** Of one that is over no more is kept: a connection that is idle would keep all that was asked and answered last. */
const answered: Exchange = {
  request: { complete: true },
  response: { headersSent: true, writableFinished: true },
};

/** An HTTP/1.1 server for the connections of a port. What does not parse is answered with 4xx and JSON. */
export function createHttp1(
  listener: Listener,
  { calls, limits }: { readonly calls: Calls; readonly limits: Limits },
): http.Server {
  const server = http.createServer({
    IncomingMessage: ChunkedRequest,
    maxHeaderSize: limits.headerBytesMax,
    headersTimeout: Math.min(limits.headersMsMax, limits.requestMsMax),
    requestTimeout: limits.requestMsMax,
    keepAliveTimeout: limits.idleMsMax,
    connectionsCheckingInterval: Math.min(limits.headersMsMax, 1_000),
    // The listener refuses a request without Host itself, with a body that says so.
    requireHostHeader: false,
  });
  followPipelined(server, limits.pipelinedMax);
  endInSteps(server, limits);
  const latest = new WeakMap<Socket, Exchange>();
  const ending = new WeakSet<Socket>();
  server.on("request", (request, response) => {
    // What may be no request, but what its sender took for a part of the last one.
    if (ending.has(request.socket)) return;
    if (isBehindLast(response)) {
      // Unread it would have the end of the connection reset it, and the last answer be lost.
      void readAway(request, limits, stranger);
      return;
    }
    const { socket } = request;
    latest.set(socket, { request, response });
    response.once("close", () => {
      if (response.writableFinished && latest.get(socket)?.response === response)
        latest.set(socket, answered);
    });
    const fault = faultOfFraming(request);
    if (fault === undefined) listener(request, response);
    else endWith(fault, request, response);
  });
  server.on("checkContinue", (request, response) => {
    const isTooLarge = waitsWithTooMuch(request, limits.requestBytesMax);
    // Whoever it is for refuses it in its own words. Its body may come or not.
    if (isTooLarge) response.shouldKeepAlive = false;
    else response.writeContinue();
    server.emit("request", request, response);
    if (isTooLarge) ending.add(request.socket);
  });
  server.on("checkExpectation", (request, response) => endWith(unknownExpectation, request, response));
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Socket) => {
    const last = latest.get(socket);
    // It has its answer, after which the connection closes by itself.
    if (ending.has(socket)) {
      if (last?.response.writableFinished) socket.destroy();
      return;
    }
    // Whole requests before it are at work or half answered: another answer in their place would be a lie.
    const whole = [...unansweredOf(socket)].findLast(({ req }) => req.complete);
    if (whole !== undefined && socket.writable) {
      ending.add(socket);
      whole.once("close", () => socket.destroySoon());
      return;
    }
    const isHalfAnswered = last?.response.headersSent === true && !last.response.writableFinished;
    if (!socket.writable || isHalfAnswered) {
      socket.destroy();
      return;
    }
    const refusal = refusalOf(error);
    calls.refused(refusal, { address: addressOf(socket) });
    socket.end(rawAnswer(refusal));
  });
  return server;

  /** Refuses a request of which it is not sure where it ends, or whether its body comes at all: so nothing after it is read. */
  function endWith(refusal: Refusal, { socket }: http.IncomingMessage, response: http.ServerResponse): void {
    ending.add(socket);
    calls.refused(refusal, { address: addressOf(socket) });
    response.writeHead(refusal.status, { "content-type": "application/json", connection: "close" });
    response.end(refusalJson(refusal));
  }
}

/** What a request says of its end that is not to be relied on (RFC 9112, section 6.1). */
function faultOfFraming({ headers, httpVersion }: http.IncomingMessage): Refusal | undefined {
  const coding = headers["transfer-encoding"];
  if (coding === undefined) return undefined;
  if (httpVersion === "1.0") return malformed;
  return coding.trim().toLowerCase() === "chunked" ? undefined : unknownTransferCoding;
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
