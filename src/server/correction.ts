import { Code, ConnectError } from "@connectrpc/connect";
import { encodeEnvelope, readAllBytes, type UniversalServerResponse } from "@connectrpc/connect/protocol";
import { errorFromJsonBytes, errorToJsonBytes } from "@connectrpc/connect/protocol-connect";
import { findTrailerError, setTrailerStatus } from "@connectrpc/connect/protocol-grpc";
import { trailerFlag, trailerParse, trailerSerialize } from "@connectrpc/connect/protocol-grpc-web";
import { ErrorInfoSchema } from "../../gen/google/rpc/error_details_pb.ts";
import { errorDomain } from "./status.ts";

const errorBytesMax = 1024 * 1024;

/**
 * Corrects two things in Connect's answers: it blames the server (INTERNAL) for a message that cannot be read,
 * and it escapes more of `grpc-message` than gRPC asks for, which clients such as grpc-js do not undo.
 */
export async function corrected(answer: UniversalServerResponse): Promise<UniversalServerResponse> {
  const { body, status } = answer;
  if (body === undefined) return answer;
  return status === 500
    ? correctedConnect({ ...answer, body })
    : { ...answer, body: correctedGrpc(body, answer.trailer) };
}

type Answer = UniversalServerResponse & { body: AsyncIterable<Uint8Array> };

async function correctedConnect(answer: Answer): Promise<UniversalServerResponse> {
  const bytes = await readAllBytes(answer.body, errorBytesMax);
  const header = new Headers(answer.header);
  const error = header.has("content-encoding")
    ? undefined
    : blamed(errorFromJsonBytes(bytes, undefined, new ConnectError("internal error", Code.Internal)));
  if (error === undefined) return { ...answer, body: only(bytes) };
  const body = errorToJsonBytes(error, undefined);
  header.set("content-length", String(body.length));
  return { ...answer, status: 400, header, body: only(body) };
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
  const told = blamed(error) ?? error;
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
  const byCaller = blamed(error);
  if (byCaller !== undefined) setTrailerStatus(trailer, byCaller);
  trailer.set("grpc-message", escaped((byCaller ?? error).rawMessage));
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
