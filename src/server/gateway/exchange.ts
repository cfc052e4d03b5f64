import { constants, Http2ServerRequest, Http2ServerResponse } from "node:http2";
import type { connectNodeAdapter } from "@connectrpc/connect-node";

type NodeHandler = ReturnType<typeof connectNodeAdapter>;

/** A request of node:http or node:http2. */
export type NodeServerRequest = Parameters<NodeHandler>[0];
/** A response of node:http or node:http2. */
export type NodeServerResponse = Parameters<NodeHandler>[1];

/** A complete answer. */
export interface Answer {
  readonly httpStatus: number;
  readonly header: Headers;
  /** Undefined for an answer without a body. */
  readonly body: AnswerBody | undefined;
}

export interface AnswerBody {
  readonly contentType: string;
  readonly content: string | Uint8Array;
}

/** JSON ends with a line feed, so that a terminal's prompt begins on a line of its own. */
export function jsonBody(json: string): AnswerBody {
  return { contentType: "application/json", content: `${json}\n` };
}

/** What a caller that was answered early may still send before the connection is closed. */
const drainBytesMax = 64 * 1024 * 1024;
const drainMsMax = 2_000;

/** Headers that say how the message is framed, which is not for a handler to say. */
const framingHeaders: ReadonlySet<string> = new Set([
  "connection",
  "content-encoding",
  "content-length",
  "content-type",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** The headers of a request, without HTTP/2's pseudo-headers. */
export function requestHeader(request: NodeServerRequest): Headers {
  const header = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (name.startsWith(":") || value === undefined) continue;
    for (const each of Array.isArray(value) ? value : [value]) header.append(name, each);
  }
  return header;
}

/** The URL of a request, as far as it says. */
export function requestUrl(request: NodeServerRequest): string {
  const authority = request.headers[":authority"] ?? request.headers.host ?? "localhost";
  return `http://${String(authority)}${request.url ?? "/"}`;
}

/** A signal that aborts when the caller goes before it has its answer. */
export function disconnectSignal(response: NodeServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once("close", () => controller.abort());
  return controller.signal;
}

/**
 * Sends an answer. Where the caller has not sent all of its body yet it gets the answer first; then what it still sends
 * is thrown away, within bounds, because an HTTP/1.1 client that is cut off while it writes may never read the answer.
 */
export async function sendAnswer(
  request: NodeServerRequest,
  response: NodeServerResponse,
  answer: Answer,
): Promise<void> {
  if (response.destroyed || response.writableEnded) return;
  const body = Buffer.from(answer.body?.content ?? "");
  const early = isArriving(request);
  const isHttp2 = response instanceof Http2ServerResponse;
  response.writeHead(answer.httpStatus, {
    ...passedOn(answer.header),
    ...(answer.body === undefined
      ? {}
      : { "content-type": answer.body.contentType, "content-length": body.length }),
    "cache-control": "no-store",
    ...(early && !isHttp2 ? { connection: "close" } : {}),
  });
  if (isHttp2) response.stream.once("finish", () => closeUnread(request));
  if (request.method === "HEAD") {
    response.end();
  } else {
    if (body.length > 0) response.write(body);
    if (early) await drain(request);
    response.end();
  }
}

/** Tells an HTTP/2 client that the rest of its body is not wanted, once it has the whole answer. */
function closeUnread(request: NodeServerRequest): void {
  if (request instanceof Http2ServerRequest && isArriving(request))
    request.stream.close(constants.NGHTTP2_NO_ERROR);
}

function passedOn(header: Headers): Record<string, string | string[]> {
  const passed: Record<string, string | string[]> = {};
  for (const [name, value] of header) if (!framingHeaders.has(name)) passed[name] = value;
  const cookies = header.getSetCookie();
  return cookies.length > 0 ? { ...passed, "set-cookie": cookies } : passed;
}

function isArriving(request: NodeServerRequest): boolean {
  if (request.complete || request.destroyed) return false;
  return !(request instanceof Http2ServerRequest && request.stream.endAfterHeaders);
}

function drain(request: NodeServerRequest): Promise<void> {
  return new Promise((resolve) => {
    let bytes = 0;
    const stop = () => {
      clearTimeout(timer);
      request.off("data", onData).off("end", stop).off("close", stop);
      resolve();
    };
    const onData = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > drainBytesMax) stop();
    };
    const timer = setTimeout(stop, drainMsMax);
    request.on("data", onData).on("end", stop).on("close", stop).resume();
  });
}
