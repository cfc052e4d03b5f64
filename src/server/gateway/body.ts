import { Code, ConnectError } from "@connectrpc/connect";
import type { Asker } from "../../bounds/turns.ts";
import type { HttpRequest } from "../http.ts";
import { piecesOf } from "../http1/chunked-request.ts";
import { decodeUtf8 } from "../json/utf8.ts";
import { Gathered, piecesMax, tooManyPieces } from "../requests/gathered.ts";
import { inflate, tooDense } from "../requests/inflate.ts";
import { requestError } from "../requests/request-errors.ts";
import { rounds } from "../requests/rounds.ts";
import type { Holding } from "../requests/unfinished.ts";
import type { CallContext } from "../rpc/call-context.ts";

/**
 * Which Content-Types a body may have: those of JSON in UTF-8; any at all, but from a page of another site; or that of a
 * form.
 */
export type BodyTypes = "JSON" | "any" | "form";

/** Bounds of one body. */
export interface BodyLimits {
  /** Most bytes, before and after inflating. */
  readonly bytesMax: number;
  /** Of the call: the body arrives before that is over. */
  readonly context: CallContext;
  /** Counts what is kept until it is the body's turn to be read. */
  readonly holding: Holding;
  /** The caller's: see Asker. */
  readonly party: string;
}

/**
 * Reads a body as text, inflated if it was compressed. What is not read of a refused body stays in the request.
 *
 * @throws ConnectError UNSUPPORTED_MEDIA_TYPE, BODY_TOO_LARGE, BODY_TIMEOUT, MALFORMED_BODY; CANCELLED if the caller goes.
 */
export async function readBody(
  request: HttpRequest,
  header: Headers,
  { types, ...limits }: BodyLimits & { readonly types: BodyTypes },
): Promise<string> {
  const length = Number(header.get("content-length") ?? Number.NaN);
  if (length === 0) return "";
  const contentType = header.get("content-type");
  if (types === "form") checkForm(contentType);
  else if (types === "JSON" || isFromOtherSite(header)) checkContentType(contentType);
  const compressed = isGzip(header.get("content-encoding"));
  if (length > limits.bytesMax) throw tooLarge(limits.bytesMax);
  const asker = { party: limits.party, departure: limits.context };
  const gathered = await collect(request, { length, asker }, limits);
  try {
    const turn = rounds.turn(asker);
    if (turn !== undefined) await turn;
    const bytes = gathered.bytes();
    if (!compressed || bytes.length === 0) return decodeUtf8(bytes, "the body");
    const plain = await inflated(bytes, limits.bytesMax, asker);
    await rounds.turn(asker);
    return decodeUtf8(plain, "the body");
  } finally {
    gathered.drop();
  }
}

/**
 * Whether a browser sends it for a page of another site (W3C Fetch Metadata). Such a page can make it send a form or plain
 * text, with the credentials that the browser keeps, and nothing else without asking first.
 */
function isFromOtherSite(header: Headers): boolean {
  const site = header.get("sec-fetch-site");
  return site === "cross-site" || site === "same-site";
}

/** Absent is taken as JSON: `curl -X POST` sends none without a body. */
function checkContentType(contentType: string | null): void {
  if (contentType === null || contentType === "application/json") return;
  const [type = "", ...parameters] = contentType.toLowerCase().split(";");
  const isJson = /^\s*application\/(?:json|[a-z0-9!#$&^_.-]+\+json)\s*$/.test(type);
  const charset = parameters
    .map((parameter) => /^\s*charset\s*=\s*"?([^"\s]*)/.exec(parameter)?.[1])
    .find(Boolean);
  const isUtf8 = charset === undefined || charset === "utf-8" || charset === "utf8";
  if (isJson && isUtf8) return;
  const message = "the Content-Type must be application/json, in UTF-8";
  throw requestError("UNSUPPORTED_MEDIA_TYPE", message, { header: { accept: "application/json" } });
}

function checkForm(contentType: string | null): void {
  if (/^\s*application\/x-www-form-urlencoded\s*(?:;|$)/i.test(contentType ?? "")) return;
  const message = "the Content-Type of a GET in a POST must be application/x-www-form-urlencoded";
  throw requestError("UNSUPPORTED_MEDIA_TYPE", message);
}

function isGzip(contentEncoding: string | null): boolean {
  const encoding = contentEncoding?.trim().toLowerCase() ?? "identity";
  if (encoding === "gzip" || encoding === "x-gzip") return true;
  if (encoding === "identity" || encoding === "") return false;
  const message = "the Content-Encoding must be gzip or identity";
  throw requestError("UNSUPPORTED_MEDIA_TYPE", message, { header: { "accept-encoding": "gzip, identity" } });
}

/** @param length not a number where the request does not say */
function collect(
  request: HttpRequest,
  { length, asker }: { length: number; asker: Asker },
  { bytesMax, context, holding }: BodyLimits,
): Promise<Gathered> {
  const refusal = (words: string) => requestError("BODY_TOO_LARGE", `the body ${words}`);
  return new Promise((resolve, reject) => {
    const gathered = new Gathered(holding, refusal);
    let isSettled = false;
    const settle = (outcome: () => void) => {
      if (isSettled) return;
      isSettled = true;
      request.off("data", onData).off("end", onEnd).pause();
      outcome();
    };
    const pauseUntil = async (round: Promise<void>) => {
      request.pause();
      await round.catch(ignore);
      if (!isSettled) request.resume();
    };
    const fail = (error: ConnectError) =>
      settle(() => {
        gathered.drop();
        reject(error);
      });
    const onData = (chunk: Buffer) => {
      if (gathered.length + chunk.length > bytesMax) return fail(tooLarge(bytesMax));
      if (piecesOf(request) > piecesMax) return fail(refusal(tooManyPieces));
      try {
        gathered.add(chunk, bytesMax);
        const isAll = request.complete || gathered.length === length;
        const round = isAll ? undefined : rounds.take(chunk.length, asker);
        if (round !== undefined) pauseUntil(round);
      } catch (error) {
        fail(ConnectError.from(error));
      }
    };
    const onEnd = () => settle(() => resolve(gathered));
    // A call that is over already waited for something else.
    if (context.onAbort(reject)) return;
    context.onAbort((error) => fail(isDeadline(error) ? tooLate() : error));
    request.on("data", onData).on("end", onEnd);
  });
}

async function inflated(sent: Uint8Array, bytesMax: number, asker: Asker): Promise<Uint8Array> {
  const { bytes, fault } = await inflate(sent, "gzip", { bytesMax, asker });
  switch (fault) {
    case undefined:
      return bytes;
    case "too large":
      throw tooLarge(bytesMax);
    case "too dense":
      throw requestError("BODY_TOO_LARGE", `the body ${tooDense}`);
    case "malformed":
      throw requestError("MALFORMED_BODY", "the body is not valid gzip");
  }
}

function isDeadline({ code }: ConnectError): boolean {
  return code === Code.DeadlineExceeded;
}

function tooLate(): ConnectError {
  return requestError("BODY_TIMEOUT", "the body did not arrive before the deadline");
}

function tooLarge(bytesMax: number): ConnectError {
  return requestError("BODY_TOO_LARGE", `the body is larger than ${bytesMax} bytes`);
}

/** Whoever has gone is told of by the request. */
function ignore(): void {}
