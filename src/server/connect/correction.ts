import { Code, ConnectError } from "@connectrpc/connect";
import { encodeEnvelope, readAllBytes, type UniversalServerResponse } from "@connectrpc/connect/protocol";
import {
  endStreamFlag,
  endStreamFromJson,
  endStreamToJson,
  errorFromJsonBytes,
  errorToJsonBytes,
} from "@connectrpc/connect/protocol-connect";
import { findTrailerError, setTrailerStatus } from "@connectrpc/connect/protocol-grpc";
import { trailerFlag, trailerParse, trailerSerialize } from "@connectrpc/connect/protocol-grpc-web";
import { hasReason } from "../../errors/error-info.ts";
import { bounded } from "../../errors/error-size.ts";
import { explained } from "../../errors/explained.ts";
import { type LoggedCall, tellable, unexpected } from "../../errors/unexpected.ts";
import { prefixBytes } from "../grpc/frame.ts";
import { encodeUtf8 } from "../json/utf8.ts";
import { reasoned, tooManyBytes } from "../reasoned.ts";
import { malformedTimeout } from "../requests/timeout-headers.ts";

/** Behind JSON, as all JSON here has it. */
const lineFeed = Buffer.from("\n");
const errorBytesMax = 1024 * 1024;

/** The error as callers are told it. */
type Tell = (error: ConnectError) => ConnectError;

interface Correcting {
  /** Says of a failed call whether its error is Connect's own. */
  readonly isOwn: () => boolean;
  /** Is told of an error as callers are. */
  readonly onError: (told: ConnectError) => void;
  /** As the log knows it. */
  readonly call: LoggedCall;
}

/**
 * Corrects these things in Connect's answers: it blames the server (INTERNAL) for a message that cannot be read, it does not
 * say how a timeout is written, its own errors give no reason, it repeats headers at any length, it escapes of `grpc-message` more than gRPC asks for, which
 * clients such as grpc-js do not undo, but not the spaces around it, which HTTP takes away, and it ends errors in JSON with
 * no line feed.
 */
export async function corrected(
  answer: UniversalServerResponse,
  { isOwn, onError, call }: Correcting,
): Promise<UniversalServerResponse> {
  const { body, status } = answer;
  if (body === undefined) return answer;
  const tell: Tell = (error) => {
    const told = bounded(isOwn() ? correctedError(error, call) : (blamed(error) ?? error));
    onError(told);
    return told;
  };
  if (status >= 400) return correctedConnect({ ...answer, body }, tell);
  const correct = frameCorrection(new Headers(answer.header).get("content-type") ?? "", tell);
  return { ...answer, body: correctedFrames(body, correct, () => correctTrailer(answer.trailer, tell)) };
}

type Answer = UniversalServerResponse & { body: AsyncIterable<Uint8Array> };

async function correctedConnect(answer: Answer, tell: Tell): Promise<UniversalServerResponse> {
  const header = new Headers(answer.header);
  const bytes = await readAllBytes(answer.body, errorBytesMax);
  const error = errorFromJsonBytes(bytes, undefined, new ConnectError("internal error", Code.Internal));
  const told = tell(error);
  const body = Buffer.concat([told === error ? bytes : errorToJsonBytes(told, undefined), lineFeed]);
  header.set("content-length", String(body.length));
  return { ...answer, status: told.code === error.code ? answer.status : 400, header, body: only(body) };
}

type Correction = (frame: Uint8Array) => Uint8Array;

/** What corrects the frames of an answer, of which the last has the error where a protocol does without trailers. */
function frameCorrection(contentType: string, tell: Tell): Correction {
  if (contentType.startsWith("application/grpc-web"))
    return (frame) => (frame[0] === trailerFlag ? correctedTrailerFrame(frame, tell) : frame);
  if (contentType.startsWith("application/connect+"))
    return (frame) => (frame[0] === endStreamFlag ? correctedEnd(frame, tell) : frame);
  return (frame) => frame;
}

async function* correctedFrames(
  body: AsyncIterable<Uint8Array>,
  correct: Correction,
  atEnd: () => void,
): AsyncIterable<Uint8Array> {
  for await (const chunk of body) yield correct(chunk);
  atEnd();
}

/** Sets the trailers of a call that failed, after what the implementation had put there; for gRPC without Connect. Returns the error as it is told. */
export function setErrorTrailer(trailer: Headers, error: ConnectError): ConnectError {
  const told = bounded(blamed(error) ?? error);
  setTrailerStatus(trailer, told);
  trailer.set("grpc-message", escaped(told.rawMessage));
  return told;
}

/** A stream over Connect ends with a frame in JSON. */
function correctedEnd(frame: Uint8Array, tell: Tell): Uint8Array {
  const { metadata, error } = endStreamFromJson(frame.subarray(prefixBytes));
  if (error === undefined) return frame;
  const end = endStreamToJson(metadata, tell(withoutMetadata(error)), undefined);
  return encodeEnvelope(endStreamFlag, encodeUtf8(JSON.stringify(end)));
}

/** gRPC-Web's trailers come as a frame of the body. */
function correctedTrailerFrame(frame: Uint8Array, tell: Tell): Uint8Array {
  const trailer = trailerParse(frame.subarray(prefixBytes));
  correctTrailer(trailer, tell);
  return encodeEnvelope(trailerFlag, trailerSerialize(trailer));
}

function correctTrailer(trailer: Headers | undefined, tell: Tell): void {
  const found = trailer && findTrailerError(trailer);
  if (trailer === undefined || found === undefined) return;
  const error = withoutMetadata(found);
  const told = tell(error);
  if (told !== error) setTrailerStatus(trailer, told);
  trailer.set("grpc-message", escaped(told.rawMessage));
}

/** An error that was read from trailers has all of them for its metadata, and would write them twice. */
function withoutMetadata({ rawMessage, code, details }: ConnectError): ConnectError {
  const error = new ConnectError(rawMessage, code);
  error.details = details;
  return error;
}

/**
 * An error that no service threw, as its caller is told it: the caller is blamed for what cannot be read, and whatever else
 * is INTERNAL without a reason, such as an answer that cannot be written, is as unexpected.
 */
export function correctedError(thrown: unknown, call: LoggedCall): ConnectError {
  const error = tellable(thrown, call);
  const told = blamed(error);
  if (told !== undefined) return told;
  return error.code !== Code.Internal || hasReason(error) ? explained(error) : unexpected(error, call);
}

/** What Connect says of a timeout that it cannot read: neither which form would do, nor a reason. */
const timeoutFault = /^protocol error: invalid (connect|grpc) timeout value/;

/** What Connect says of a message that is too large: it names an option of its own in place of a reason. */
const sizeFault = /^message size (?:\d+ )?is larger than configured readMaxBytes (\d+)/;

/**
 * What Connect says where the request is at fault: it calls that INTERNAL, or gives no reason, and tells it by the words alone.
 * `code` is what it is called here.
 */
const faultsOfCaller = [
  { words: /^parse binary/, was: Code.Internal, code: Code.InvalidArgument },
  // INTERNAL is what gRPC asks for (compression.md).
  { words: /^received compressed envelope/, was: Code.Internal, code: Code.Internal },
  { words: /^protocol error: incomplete envelope/, was: Code.InvalidArgument, code: Code.InvalidArgument },
  // UNIMPLEMENTED is what gRPC asks for (statuscodes.md).
  {
    words: /^protocol error: (missing|received extra) input message/,
    was: Code.Unimplemented,
    code: Code.Unimplemented,
  },
];

/** The error with the caller to blame, if that is who it is, and a reason. */
function blamed({ code, rawMessage }: ConnectError): ConnectError | undefined {
  const [, protocol] = timeoutFault.exec(rawMessage) ?? [];
  if (protocol !== undefined)
    return malformedTimeout(protocol === "grpc" ? "grpc-timeout" : "connect-timeout-ms");
  const [, bytesMax] = sizeFault.exec(rawMessage) ?? [];
  if (bytesMax !== undefined) return tooManyBytes(Number(bytesMax));
  const fault = faultsOfCaller.find(({ words, was }) => code === was && words.test(rawMessage));
  return fault && reasoned("MALFORMED_MESSAGE", fault.code, rawMessage);
}

/** Percent-encoding of `Status-Message`: what is not visible ASCII or a space between it, and the percent sign. */
function escaped(message: string): string {
  return message.replace(/[^ -$&-~]+|^ +| +$/gu, encodeURIComponent);
}

async function* only(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}
