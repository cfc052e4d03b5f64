import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";
import { ErrorInfoSchema } from "../../../gen/google/rpc/error_details_pb.ts";
import { reasonOf } from "./reason.ts";

/** What a service takes unless it is set otherwise, and the most that it may be set to. */
const [usualBytesMax, bytesMax] = [16 * 1024, 64 * 1024];
/** What a header counts beside its name and its value (RFC 9113, 6.5.2). */
const fieldBytes = 32;

/**
 * Tells of headers that are too large, which no attempt makes smaller. The service ends the stream of such a call, and Node does not
 * send what is more than the most: they look like a lost connection, and like a call that was left unread.
 */
export const tellOfLargeHeaders: Interceptor = (next) => async (request) => {
  const bytes = bytesOf(request.url, request.header);
  if (bytes > bytesMax) throw tooLarge(bytes);
  try {
    return await next(request);
  } catch (error) {
    throw isRefused(error, bytes) ? tooLarge(bytes, error) : error;
  }
};

/** Before a client has heard of a bound it gets an answer of HTTP. A stream is also ended like that where a service has no memory for it. */
function isRefused(error: unknown, bytes: number): boolean {
  if (reasonOf(error) !== undefined) return false;
  const { rawMessage } = ConnectError.from(error);
  const isEnded = /^Stream closed with error code (NGHTTP2_)?ENHANCE_YOUR_CALM\b/.test(rawMessage);
  return rawMessage === "HTTP 431" || (isEnded && bytes > usualBytesMax);
}

function bytesOf(url: string, header: Headers): number {
  const { host, pathname, protocol } = new URL(url);
  const own = [":method", "POST", ":scheme", protocol.slice(0, -1), ":authority", host, ":path", pathname];
  const fields = [...own, ...[...header].flat()];
  return fields.reduce((bytes, text) => bytes + text.length, (fields.length / 2) * fieldBytes);
}

/** As the service says it where it can. */
function tooLarge(bytes: number, cause?: unknown): ConnectError {
  const words = `the headers of the call are ${bytes} bytes, more than the service takes: ${usualBytesMax} unless it is set otherwise`;
  const info = { reason: "HEADER_TOO_LARGE", domain: "tallystick" };
  return new ConnectError(
    words,
    Code.ResourceExhausted,
    undefined,
    [{ desc: ErrorInfoSchema, value: info }],
    cause,
  );
}
