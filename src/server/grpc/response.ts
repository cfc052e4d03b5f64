import { constants, type OutgoingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import { contentTypeProto, grpcStatusOk } from "@connectrpc/connect/protocol-grpc";
import { areUntouched } from "../requests/lazy-headers.ts";
import { requestIdHeader } from "../requests/request-id.ts";
import type { Frame } from "./frame.ts";

/** What an answer begins with. */
export interface ResponseHead {
  readonly requestId: string;
  /** `grpc-encoding`, where the caller takes one. */
  readonly encoding: string | undefined;
  /** What the implementation set. */
  readonly header: Headers;
}

/** Answers with a message and the status OK. Does nothing on a stream that is gone. */
export function sendMessage(
  stream: ServerHttp2Stream,
  head: ResponseHead,
  frame: Frame,
  trailer: Headers,
): void {
  if (isGone(stream)) return;
  stream.respond(fieldsOf(head), { waitForTrailers: true });
  stream.on("wantTrailers", areUntouched(trailer) ? sendOk : () => sendTrailers(stream, okWith(trailer)));
  stream.end(frame);
}

/** Answers without a message: with headers alone, which gRPC calls Trailers-Only. Does nothing on a stream that is gone. */
export function sendStatus(stream: ServerHttp2Stream, head: ResponseHead, trailer: Headers): void {
  if (isGone(stream)) return;
  stream.respond(append(fieldsOf(head), trailer), { endStream: true });
}

/** The trailers of nearly all answers: one object for all, and one listener. */
const ok: OutgoingHttpHeaders = Object.freeze({ "grpc-status": grpcStatusOk });

function sendOk(this: ServerHttp2Stream): void {
  sendTrailers(this, ok);
}

function okWith(trailer: Headers): OutgoingHttpHeaders {
  return { ...append({}, trailer), ...ok };
}

function sendTrailers(stream: ServerHttp2Stream, trailers: OutgoingHttpHeaders): void {
  if (isGone(stream)) return;
  try {
    stream.sendTrailers(trailers);
  } catch {
    // The implementation set a field that HTTP/2 forbids.
    stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  }
}

function isGone(stream: ServerHttp2Stream): boolean {
  return stream.destroyed || stream.closed;
}

function fieldsOf({ requestId, encoding, header }: ResponseHead): OutgoingHttpHeaders {
  const fields: OutgoingHttpHeaders = {
    ":status": 200,
    "content-type": contentTypeProto,
    [requestIdHeader]: requestId,
  };
  if (encoding !== undefined) fields["grpc-encoding"] = encoding;
  return append(fields, header);
}

/** Adds fields to others; those that are there stay. */
function append(fields: OutgoingHttpHeaders, headers: Headers): OutgoingHttpHeaders {
  if (areUntouched(headers)) return fields;
  for (const [name, value] of headers) {
    if (name === "set-cookie") fields[name] = headers.getSetCookie();
    else fields[name] ??= value;
  }
  return fields;
}
