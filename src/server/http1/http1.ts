import http from "node:http";
import type { Socket } from "node:net";
import { Code } from "@connectrpc/connect";
import type { Calls } from "../calls.ts";
import { strangersOf } from "../connections/connection.ts";
import { addressOf } from "../connections/peer.ts";
import { type Listener, waitsWithTooMuch } from "../http.ts";
import type { Limits } from "../limits.ts";
import { drainBytesMaxOf, hasArrived, readAway, type Sender } from "../requests/receipt.ts";
import {
  headerTooLarge,
  malformed,
  type Refusal,
  refusalJson,
  unknownExpectation,
  unknownTransferCoding,
} from "../status.ts";
import { ChunkedRequest, stopReading } from "./chunked-request.ts";
import { endInSteps } from "./ending.ts";
import { endAfter, endWithAnswer, isBehindLast, lastAnswerOf } from "./last-answer.ts";
import { followPipelined, unansweredOf } from "./pipelined.ts";
import { rawAnswer } from "./raw-answer.ts";

/** Of a request that is not begun no more is read away than of a stranger's, whoever sent it. */
const stranger: Sender = { party: () => strangersOf(""), isProven: () => false };

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
  const unexpected = new WeakSet<http.IncomingMessage>();
  /** From where on. */
  const unreadableFrom = new WeakMap<Socket, number>();
  server.on("request", (request, response) => {
    const fault = unexpected.has(request) ? unknownExpectation : faultOfFraming(request);
    if (isBehindLast(response)) void throwAway(request);
    else if (fault === undefined) listener(request, response);
    else endWith(fault, request, response);
  });
  server.on("checkContinue", (request, response) => {
    // Whoever it is for refuses it in its own words. Its body may come or not.
    if (waitsWithTooMuch(request, limits.requestBytesMax)) endWithAnswer(response);
    else response.writeContinue();
    server.emit("request", request, response);
  });
  server.on("checkExpectation", (request, response) => {
    unexpected.add(request);
    server.emit("request", request, response);
  });
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Socket) => endWithError(error, socket));
  server.on("connect", (_request, socket: Socket) => {
    const end = () => endWithError(new Error("this is no proxy"), socket);
    end();
    // Of such a connection node reads no more.
    socket.on("data", end).on("end", end);
  });
  return server;

  /** Refuses a request of which it is not sure where it ends, or whether its body comes at all: so nothing after it is read. */
  function endWith(refusal: Refusal, request: http.IncomingMessage, response: http.ServerResponse): void {
    endWithAnswer(response);
    void throwAway(request);
    calls.refused(refusal, { address: addressOf(request.socket) });
    response.writeHead(refusal.status, { "content-type": "application/json" });
    response.end(refusalJson(refusal));
  }

  /** Unread it would have the end of the connection reset it, and the last answer be lost. */
  async function throwAway(request: http.IncomingMessage): Promise<void> {
    await readAway(request, limits, stranger);
    if (!hasArrived(request)) leaveUnread(request.socket);
  }

  /** Reads no more. As nobody notices then that the client leaves, what is at work has no longer than a request to arrive. */
  function leaveUnread(socket: Socket): void {
    if (socket.destroyed) return;
    for (const { req } of unansweredOf(socket)) if (!req.complete) stopReading(req);
    socket.pause();
    const timer = setTimeout(() => socket.destroy(), limits.requestMsMax);
    socket.once("close", () => clearTimeout(timer));
  }

  /** Ends a connection of which what comes next cannot be read. Called for each piece of that, and at its end. */
  function endWithError(error: NodeJS.ErrnoException, socket: Socket): void {
    boundUnreadable(socket);
    if (!socket.writable) return;
    const unanswered = [...unansweredOf(socket)];
    const last = lastAnswerOf(socket);
    // Whole requests before it are at work or half answered: another answer in their place would be a lie.
    const sure = last !== undefined && isSure(last) ? last : unanswered.findLast(isSure);
    if (sure === undefined) refuse(error, socket, unanswered);
    // Node does that with all others who have ended their side.
    else if (socket.readableEnded) socket.end();
    else if (sure !== last) endAfter(sure);
    // Its rest may come yet, and what it asks for be done, of which nobody would hear.
    if (error.code === tooSlow) leaveUnread(socket);
  }

  function boundUnreadable(socket: Socket): void {
    const from = unreadableFrom.get(socket) ?? socket.bytesRead;
    unreadableFrom.set(socket, from);
    const isTooMuch = socket.bytesRead - from > drainBytesMaxOf(limits, stranger);
    if (isTooMuch && !socket.isPaused()) leaveUnread(socket);
  }

  function refuse(
    error: NodeJS.ErrnoException,
    socket: Socket,
    unanswered: readonly http.ServerResponse[],
  ): void {
    if (!unanswered.some(({ headersSent }) => headersSent)) {
      const refusal = refusalOf(error);
      calls.refused(refusal, { address: addressOf(socket) });
      socket.write(rawAnswer(refusal));
    }
    socket.destroySoon();
  }
}

/** Whether an answer comes, whatever comes of its connection. */
function isSure({ req, writableEnded }: http.ServerResponse): boolean {
  return req.complete || writableEnded;
}

/** What a request says of its end that is not to be relied on (RFC 9112, section 6.1). */
function faultOfFraming({ headers, httpVersion }: http.IncomingMessage): Refusal | undefined {
  const coding = headers["transfer-encoding"];
  if (coding === undefined) return undefined;
  if (httpVersion === "1.0") return malformed;
  return coding.trim().toLowerCase() === "chunked" ? undefined : unknownTransferCoding;
}

const tooSlow = "ERR_HTTP_REQUEST_TIMEOUT";

/** Codes are those of node's HTTP parser and of its timeouts. */
function refusalOf(error: NodeJS.ErrnoException): Refusal {
  switch (error.code) {
    case "HPE_HEADER_OVERFLOW":
      return headerTooLarge;
    case tooSlow:
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
