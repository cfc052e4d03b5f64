import type { OutgoingHttpHeaders } from "node:http";
import { constants, Http2ServerResponse } from "node:http2";
import { Code, ConnectError } from "@connectrpc/connect";
import type { UnreadAnswer } from "../answers/unread-answer.ts";
import type { Connection } from "../connections/connection.ts";
import type { HttpRequest, HttpResponse } from "../http.ts";
import type { HttpCall } from "../http-call.ts";
import { areUntouched, LazyHeaders } from "../requests/lazy-headers.ts";
import { type DrainLimits, hasArrived, readAwayBefore, type Sender } from "../requests/receipt.ts";
import type { Others } from "../rpc/body-stream.ts";
import type { CallContext } from "../rpc/call-context.ts";
import type { Binding } from "./binding.ts";
import type { Dialect } from "./dialect.ts";

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
  /** Of the content. */
  readonly bytes: number;
  /** What follows the content as it comes. Where that fails the answer is cut off, so that nobody takes it for all. */
  readonly others?: Others<Uint8Array>;
}

/** JSON ends with a line feed, so that a terminal's prompt begins on a line of its own. */
export function jsonBody(json: string): AnswerBody {
  const content = `${json}\n`;
  return { contentType: "application/json", content, bytes: Buffer.byteLength(content) };
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

/** A request, whom it came from, and whether that one still waits. */
export class Exchange {
  readonly request: HttpRequest;
  readonly connection: Connection;
  /** Told of what is called, and why it fails. */
  readonly call: HttpCall;
  readonly path: string;
  readonly query: string;
  readonly header: Headers;
  /** In which it is answered; undefined until it is known where the path leads. */
  dialect: Dialect | undefined;
  /** How much of its time was over when it began. */
  waitedMs = 0;
  /** The template of the path; undefined until it is known where that leads. */
  #route: string | undefined;
  #context: CallContext | undefined;
  #isGone = false;

  constructor(request: HttpRequest, response: HttpResponse, connection: Connection, call: HttpCall) {
    const { path, query } = splitTarget(request.url ?? "/");
    this.request = request;
    this.connection = connection;
    this.call = call;
    this.path = path;
    this.query = query;
    this.header = new LazyHeaders(request.headers);
    response.on("close", () => this.#close(response.writableEnded));
  }

  /** Whether the caller went before it had its answer. */
  get isGone(): boolean {
    return this.#isGone;
  }

  /** Notes where the path leads. */
  enter({ dialect, method, template }: Binding): void {
    this.dialect = dialect;
    this.call.method = method;
    this.#route = template.source;
  }

  /** Notes how it was asked, once its answer is known. */
  noteRest(status: number): void {
    this.call.rest = { httpMethod: this.request.method ?? "GET", route: this.#route, status };
  }

  /** From here on the call is aborted when its caller goes. */
  begin(context: CallContext): void {
    this.#context = context;
    this.call.values = context.values;
    this.call.context = context;
  }

  #close(isAnswered: boolean): void {
    this.#isGone = !isAnswered;
    if (isAnswered) this.#context?.complete();
    else this.#context?.abort(new ConnectError("the caller is gone", Code.Canceled));
  }
}

/** Splits a request target, which may be in absolute form (RFC 9112, 3.2.2). */
function splitTarget(target: string): { path: string; query: string } {
  const origin = target.replace(/^https?:\/\/[^/?]*/i, "");
  const mark = origin.includes("?") ? origin.indexOf("?") : origin.length;
  return { path: origin.slice(0, mark), query: origin.slice(mark + 1) };
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
 * read away, because an HTTP/1.1 client that is cut off while it writes may never read the answer. A promise only where
 * something has to be waited for.
 */
export function sendAnswer(
  request: HttpRequest,
  response: HttpResponse,
  answer: Answer,
  sending: Sending,
): Promise<void> | undefined {
  if (response.destroyed || response.writableEnded) return undefined;
  const { content = "", bytes = 0, others } = answer.body ?? {};
  response.writeHead(answer.httpStatus, fieldsOf(answer));
  if (request.method === "HEAD") response.end();
  // In one piece with its headers, and what is ASCII as it is.
  else if (others === undefined && hasArrived(request))
    response.end(content, bytes === content.length ? "latin1" : "utf8");
  else {
    if (bytes > 0) response.write(content);
    return sendRest(request, response, others, sending);
  }
  return undefined;
}

async function sendRest(
  request: HttpRequest,
  response: HttpResponse,
  others: Others<Uint8Array> | undefined,
  sending: Sending,
): Promise<void> {
  await readAwayBefore(request, sending.limits, sending.sender);
  if (others === undefined || (await sendOthers(response, others, sending))) response.end();
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

function fieldsOf({ header, body }: Answer): OutgoingHttpHeaders {
  const fields = passedOn(header);
  if (body !== undefined) fields["content-type"] = body.contentType;
  if (body !== undefined && body.others === undefined) fields["content-length"] = body.bytes;
  fields["cache-control"] = "no-store";
  return fields;
}

function passedOn(header: Headers): OutgoingHttpHeaders {
  const passed: OutgoingHttpHeaders = {};
  if (areUntouched(header)) return passed;
  for (const [name, value] of header) if (!framingHeaders.has(name)) passed[name] = value;
  const cookies = header.getSetCookie();
  if (cookies.length > 0) passed["set-cookie"] = cookies;
  return passed;
}
