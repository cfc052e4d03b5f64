import { Code, ConnectError } from "@connectrpc/connect";
import { encodeEnvelope, readAllBytes, type UniversalServerResponse } from "@connectrpc/connect/protocol";
import { errorFromJsonBytes, errorToJsonBytes } from "@connectrpc/connect/protocol-connect";
import { findTrailerError, setTrailerStatus } from "@connectrpc/connect/protocol-grpc";
import { trailerFlag, trailerParse, trailerSerialize } from "@connectrpc/connect/protocol-grpc-web";
import { ErrorInfoSchema } from "../../gen/google/rpc/error_details_pb.ts";
import { bounded, statusBytesMax } from "../bounds/error-size.ts";
import { compressions } from "./compression.ts";
import { errorDomain } from "./status.ts";

const lineFeed = Buffer.from("\n");
const errorBytesMax = 1024 * 1024;

/**
 * Corrects what Connect answers: it blames the server (INTERNAL) for a message that cannot be read, it
 * repeats headers at any length, and it escapes more of `grpc-message` than gRPC asks for, which clients such as grpc-js
 * do not undo. And it ends errors in JSON with no line feed.
 */
export async function corrected(answer: UniversalServerResponse): Promise<UniversalServerResponse> {
  const { body, status } = answer;
  if (body === undefined) return answer;
  return status >= 400
    ? correctedConnect({ ...answer, body })
    : { ...answer, body: correctedGrpc(body, answer.trailer) };
}

type Answer = UniversalServerResponse & { body: AsyncIterable<Uint8Array> };

async function correctedConnect(answer: Answer): Promise<UniversalServerResponse> {
  const header = new Headers(answer.header);
  const sent = await readAllBytes(answer.body, errorBytesMax);
  const compression = compressions.find(({ name }) => name === header.get("content-encoding"));
  const bytes = compression === undefined ? sent : await compression.decompress(sent, errorBytesMax);
  if (answer.status !== 500 && bytes.length <= statusBytesMax) return asLine(answer, sent, compression);
  const error = errorFromJsonBytes(bytes, undefined, new ConnectError("internal error", Code.Internal));
  const told = toldError(error);
  if (told === error) return asLine(answer, sent, compression);
  header.delete("content-encoding");
  const status = told.code === error.code ? answer.status : 400;
  return asLine({ ...answer, status, header }, errorToJsonBytes(told, undefined), undefined);
}

/** The answer with a line feed behind its JSON, as all JSON here has it; what is compressed stays as it is. */
function asLine(answer: Answer, sent: Uint8Array, compression: unknown): UniversalServerResponse {
  if (compression !== undefined) return { ...answer, body: only(sent) };
  const body = Buffer.concat([sent, lineFeed]);
  const header = new Headers(answer.header);
  header.set("content-length", String(body.length));
  return { ...answer, header, body: only(body) };
}

async function* correctedGrpc(
  body: AsyncIterable<Uint8Array>,
  trailer: Headers | undefined,
): AsyncIterable<Uint8Array> {
  for await (const chunk of body) yield chunk[0] === trailerFlag ? correctedFrame(chunk) : chunk;
  if (trailer !== undefined) correctTrailer(trailer);
}

/** The trailers of a call that failed, after what the implementation had put there; for gRPC without Connect. */
export function setErrorTrailer(trailer: Headers, error: ConnectError): void {
  const told = toldError(error);
  setTrailerStatus(trailer, told);
  trailer.set("grpc-message", escaped(told.rawMessage));
}

/** gRPC-Web's trailers come as a frame of the body. */
function correctedFrame(frame: Uint8Array): Uint8Array {
  const trailer = trailerParse(frame.subarray(5));
  correctTrailer(trailer);
  return encodeEnvelope(trailerFlag, trailerSerialize(trailer));
}

function correctTrailer(trailer: Headers): void {
  const error = findTrailerError(trailer);
  if (error === undefined) return;
  const told = toldError(error);
  if (told !== error) setTrailerStatus(trailer, told);
  trailer.set("grpc-message", escaped(told.rawMessage));
}

/** The error as callers are told it. */
function toldError(error: ConnectError): ConnectError {
  return bounded(blamed(error) ?? error);
}

/** What Connect calls INTERNAL although the request is at fault. It tells by the words alone. */
const faultsOfCaller = /^(?:parse binary|received compressed envelope)/;

/** The error with the caller to blame, if that is who it is. */
function blamed({ code, rawMessage }: ConnectError): ConnectError | undefined {
  if (code !== Code.Internal || !faultsOfCaller.test(rawMessage)) return undefined;
  const info = { reason: "MALFORMED_MESSAGE", domain: errorDomain };
  return new ConnectError(rawMessage, Code.InvalidArgument, undefined, [
    { desc: ErrorInfoSchema, value: info },
  ]);
}

/** Percent-encoding of `Status-Message`: what is not visible ASCII or a space, and the percent sign. */
function escaped(message: string): string {
  return message.replace(/[^ -$&-~]+/gu, encodeURIComponent);
}

async function* only(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}
