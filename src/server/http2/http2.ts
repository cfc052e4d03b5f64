import http2 from "node:http2";
import type { Calls } from "../calls.ts";
import { addressOf } from "../connections/peer.ts";
import type { Grpc } from "../grpc/grpc.ts";
import type { Listener } from "../http.ts";
import type { Limits } from "../limits.ts";
import { repeatedHeader } from "../requests/repeated-header.ts";
import { grpcRefusal } from "../rpc/grpc-refusal.ts";
import { headerTooLarge, type Refusal, refusalJson, repeatedField } from "../status.ts";
import { keepStreamsYoung } from "./session-streams.ts";
import type { StreamShare, StreamShares } from "./stream-shares.ts";

/** For each stream that a client opens before it has heard that it may have fewer Node counts one of these; past them it ends the session. */
const invalidFramesMax = 1_000_000;

export interface Http2Options {
  readonly calls: Calls;
  readonly limits: Limits;
  readonly grpc: Grpc | undefined;
  readonly streams: StreamShares;
}

/** An HTTP/2 server without TLS, for the connections of a port. What the thin path does not take goes to the listener. */
export function createHttp2(
  listener: Listener,
  { calls, limits, grpc, streams }: Http2Options,
): http2.Http2Server {
  const server = http2.createServer({
    ...keepsSpacedFields,
    maxSessionInvalidFrames: invalidFramesMax,
    maxHeaderListPairs: limits.headerPairsMax,
    settings: { maxHeaderListSize: limits.headerBytesMax, maxConcurrentStreams: limits.streamsUnprovenMax },
  });
  server.on("session", (session) => {
    keepStreamsYoung(session);
    closeWhenIdle(session, streams.follow(session), limits);
  });
  const take = (
    stream: http2.ServerHttp2Stream,
    headers: http2.IncomingHttpHeaders,
    _flags: number,
    rawHeaders: string[],
  ) => {
    stream.on("error", ignore);
    // Node tells of a stream a tick late: its client may have reset it in the same packet.
    if (stream.destroyed || stream.closed) return;
    const refusal = refusalOf(rawHeaders, limits);
    if (isAnySpaced(rawHeaders)) trimFields(headers);
    if (refusal !== undefined) {
      calls.refused(refusal, { address: addressOf(stream.session?.socket) });
      refuse(stream, refusal, { contentType: headers["content-type"], limits });
    } else if (grpc?.take(stream, headers) !== true) answer(stream, headers, listener);
  };
  server.on("stream", take);
  return server;
}

/** A client may vanish at any moment. */
function ignore(): void {}

/**
 * Without it a field with a space at either end is dropped, and nobody is told: a key that was sent would be none. Node has the
 * option since 22.17, and ignores what it does not know.
 */
const keepsSpacedFields: object = { strictFieldWhitespaceValidation: false };

/** Spaces around a value are none of it, as HTTP/1.1 has it. */
function trimFields(headers: http2.IncomingHttpHeaders): void {
  for (const name in headers) {
    const value = headers[name];
    if (typeof value === "string" && isSpaced(value)) headers[name] = value.trim();
  }
}

function isAnySpaced(rawHeaders: readonly string[]): boolean {
  for (let index = 1; index < rawHeaders.length; index += 2)
    if (isSpaced(rawHeaders[index] ?? "")) return true;
  return false;
}

function isSpaced(value: string): boolean {
  return value !== "" && (value.charCodeAt(0) <= space || value.charCodeAt(value.length - 1) <= space);
}

const space = 0x20;

function refusalOf(rawHeaders: readonly string[], limits: Limits): Refusal | undefined {
  // Node enforces the size only once the client has acknowledged the setting, which it need not do.
  if (headerBytes(rawHeaders) > limits.headerBytesMax) return headerTooLarge;
  const repeated = repeatedHeader(rawHeaders);
  return repeated === undefined ? undefined : repeatedField(repeated);
}

/** Every other HTTP/2 request begins here. */
function answer(
  stream: http2.ServerHttp2Stream,
  headers: http2.IncomingHttpHeaders,
  listener: Listener,
): void {
  const request = new http2.Http2ServerRequest(stream, headers, {}, []);
  const response = new http2.Http2ServerResponse(stream);
  // Where nobody reads a request Node 24 resets the stream while the end of its answer waits for the client's window.
  if (stream.endAfterHeaders) stream.resume();
  if (headers.expect?.toLowerCase() === "100-continue") response.writeContinue();
  listener(request, response);
}

/** The size of a header list as SETTINGS_MAX_HEADER_LIST_SIZE counts it (RFC 9113, section 6.5.2). */
function headerBytes(rawHeaders: readonly string[]): number {
  let bytes = 16 * rawHeaders.length;
  for (const text of rawHeaders) bytes += text.length;
  return bytes;
}

/** In the caller's own protocol. */
function refuse(
  stream: http2.ServerHttp2Stream,
  refusal: Refusal,
  { contentType, limits }: { readonly contentType: string | undefined; readonly limits: Limits },
): void {
  stream.once("finish", () => stream.close(http2.constants.NGHTTP2_NO_ERROR));
  const trailers = grpcRefusal(contentType, refusal);
  if (trailers !== undefined) {
    stream.respond({ ":status": 200, ...Object.fromEntries(trailers) }, { endStream: true });
    return;
  }
  stream.respond({ ":status": refusal.status, "content-type": "application/json" });
  stream.end(refusalJson(refusal));
  stream.setTimeout(limits.answerMsMax, () => stream.close(http2.constants.NGHTTP2_CANCEL));
}

/**
 * A quiet connection with a stream, such as a health watch, stays for as long as its client answers. TCP does not tell of every client
 * that has left: over TLS Node waits for ever for a write behind one that has failed, and until then reads nothing, not even
 * that the connection was reset; nor does it then end a session that is closed.
 */
function closeWhenIdle(session: http2.ServerHttp2Session, share: StreamShare, limits: Limits): void {
  session.setTimeout(limits.idleMsMax);
  // A function that is given with the time is called the first time only.
  session.on("timeout", () => {
    const { isIdle } = share;
    const heard = bytesReadOf(session);
    // The answer may come behind much that is on its way to the client: whatever comes before it is a sign of life, too.
    const look = () => {
      if (isIdle || bytesReadOf(session) === heard) session.destroy();
    };
    const patience = setTimeout(look, limits.drainMsMax).unref();
    if (isIdle) session.close();
    // A session that goes away asks nothing by PING. This has the clock begin anew.
    else session.settings({}, () => clearTimeout(patience));
  });
}

/** Undefined once it has ended, and knows its connection no more. */
function bytesReadOf(session: http2.ServerHttp2Session): number | undefined {
  return session.destroyed ? undefined : session.socket.bytesRead;
}
