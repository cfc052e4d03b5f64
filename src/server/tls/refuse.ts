import http2, { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import type { Socket } from "node:net";
import { contentTypeProto } from "@connectrpc/connect/protocol-grpc";
import { setErrorTrailer } from "../connect/correction.ts";
import type { HttpVersion } from "../connections/sniff.ts";
import { rawAnswer } from "../http1/raw-answer.ts";
import type { Limits } from "../limits.ts";
import { reasoned } from "../reasoned.ts";
import { type Refusal, refusalJson } from "../status.ts";

/**
 * Tells a client in its protocol why nothing that it says on this connection is heard, and closes it. What it still sends is
 * thrown away unseen, for so long as it may take to read the answer.
 */
export function refuse(
  socket: Socket,
  {
    version,
    refusal,
    limits,
  }: {
    readonly version: HttpVersion;
    readonly refusal: Refusal;
    readonly limits: Pick<Limits, "drainMsMax" | "headerPairsMax">;
  },
): void {
  const timer = setTimeout(() => socket.destroy(), limits.drainMsMax);
  socket.once("close", () => clearTimeout(timer));
  if (version === "http2") refuseStreams(socket, refusal, limits);
  else {
    socket.end(rawAnswer(refusal));
    socket.once("end", () => socket.destroy());
    socket.resume();
  }
}

/** What a client has for its first request. */
const requestMs = 1_000;

/**
 * The first request gets an answer, and the connection a GOAWAY with the same words (RFC 9113, section 6.8): of a GOAWAY alone
 * few clients show more than that there was one, and some connect again for ever.
 */
function refuseStreams(
  socket: Socket,
  refusal: Refusal,
  { headerPairsMax }: Pick<Limits, "headerPairsMax">,
): void {
  const { reason, message } = refusal;
  const server = http2.createServer({ maxHeaderListPairs: headerPairsMax });
  server.on("session", (session) => {
    session.on("error", ignore);
    const end = (newest = 0) => {
      if (session.destroyed) return;
      session.goaway(constants.NGHTTP2_INADEQUATE_SECURITY, newest, Buffer.from(`${reason}: ${message}`));
      session.close();
    };
    const patience = setTimeout(end, requestMs);
    session.once("close", () => clearTimeout(patience));
    session.once("stream", (stream: ServerHttp2Stream) => stream.once("close", () => end(stream.id)));
  });
  server.on("stream", (stream, headers) => answer(stream, headers, refusal));
  server.emit("connection", socket);
}

function answer(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, refusal: Refusal): void {
  stream.on("error", ignore);
  if (stream.destroyed || stream.closed) return;
  if (headers["content-type"]?.startsWith("application/grpc")) {
    const trailer = new Headers();
    setErrorTrailer(trailer, reasoned(refusal.reason, refusal.code, refusal.message));
    const fields = { ":status": 200, "content-type": contentTypeProto, ...Object.fromEntries(trailer) };
    stream.respond(fields, { endStream: true });
  } else {
    stream.respond({ ":status": refusal.status, "content-type": "application/json" });
    stream.end(refusalJson(refusal));
  }
  // Nothing more is read of it.
  stream.once("finish", () => stream.close(constants.NGHTTP2_NO_ERROR));
}

function ignore(): void {}
