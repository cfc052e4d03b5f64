import { constants, Http2ServerResponse } from "node:http2";
import type { Others } from "../body-stream.ts";
import type { HttpRequest, HttpResponse } from "../http.ts";
import { type DrainLimits, hasArrived, readAway, type Sender } from "../receipt.ts";
import type { UnreadAnswer } from "../unread-answer.ts";

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
  /** What follows the content as it comes. Where that fails the answer is cut off, so that nobody takes it for all. */
  readonly others?: Others<Uint8Array>;
}

/** JSON ends with a line feed, so that a terminal's prompt begins on a line of its own. */
export function jsonBody(json: string): AnswerBody {
  return { contentType: "application/json", content: `${json}\n` };
}

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

/** The URL of a request, as far as it says. */
export function requestUrl(request: HttpRequest): string {
  const authority = request.headers[":authority"] ?? request.headers.host ?? "localhost";
  return `http://${String(authority)}${request.url ?? "/"}`;
}

/** A signal that aborts when the caller goes before it has its answer. To abort one is expensive, and nobody waits for those of others. */
export function disconnectSignal(response: HttpResponse): AbortSignal {
  const controller = new AbortController();
  response.once("close", () => {
    if (!response.writableEnded) controller.abort();
  });
  return controller.signal;
}

/** How an answer is sent. */
export interface Sending {
  readonly limits: DrainLimits;
  /** Who has sent the request. */
  readonly sender: Sender;
  /** Counts what follows in an answer, as its beginning is counted already. */
  readonly unread: UnreadAnswer;
  /** Is told why an answer was cut off. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * Sends an answer. Where the caller has not sent all of its body yet it gets the answer first; then what it still sends is
 * read away, because an HTTP/1.1 client that is cut off while it writes may never read the answer.
 */
export async function sendAnswer(
  request: HttpRequest,
  response: HttpResponse,
  answer: Answer,
  { limits, sender, unread, onFailure }: Sending,
): Promise<void> {
  if (response.destroyed || response.writableEnded) return;
  const { content = "", others } = answer.body ?? {};
  const bytes = Buffer.byteLength(content);
  response.writeHead(answer.httpStatus, {
    ...passedOn(answer.header),
    ...(answer.body === undefined
      ? {}
      : { "content-type": answer.body.contentType, ...(others ? {} : { "content-length": bytes }) }),
    "cache-control": "no-store",
  });
  if (request.method === "HEAD") response.end();
  // In one piece with its headers.
  else if (others === undefined && hasArrived(request)) response.end(content);
  else {
    if (bytes > 0) response.write(content);
    await readAway(request, limits, sender);
    if (others === undefined || (await sendOthers(response, others, { unread, onFailure }))) response.end();
  }
}

/** Sends what follows no faster than the caller reads it; false where that fails, or where the caller has gone. */
async function sendOthers(
  response: HttpResponse,
  { messages, signal }: Others<Uint8Array>,
  { unread, onFailure }: Pick<Sending, "unread" | "onFailure">,
): Promise<boolean> {
  try {
    for await (const chunk of messages) {
      if (response.destroyed) return false;
      unread.keep(chunk.length);
      if (!response.write(chunk)) await untilWritable(response, signal);
      signal.throwIfAborted();
    }
    return !response.destroyed;
  } catch (error) {
    if (!signal.aborted) onFailure(error);
    if (response instanceof Http2ServerResponse) response.stream.close(constants.NGHTTP2_INTERNAL_ERROR);
    else response.destroy();
    return false;
  }
}

/** Until the caller has read, or has gone, or its time is over. */
function untilWritable(response: HttpResponse, signal: AbortSignal): Promise<void> {
  if (response.destroyed || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const go = () => {
      response.off("drain", go).off("close", go);
      signal.removeEventListener("abort", go);
      resolve();
    };
    response.on("drain", go).on("close", go);
    signal.addEventListener("abort", go);
  });
}

function passedOn(header: Headers): Record<string, string | string[]> {
  const passed: Record<string, string | string[]> = {};
  for (const [name, value] of header) if (!framingHeaders.has(name)) passed[name] = value;
  const cookies = header.getSetCookie();
  return cookies.length > 0 ? { ...passed, "set-cookie": cookies } : passed;
}
