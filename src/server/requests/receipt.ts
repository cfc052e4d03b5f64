import { constants } from "node:http2";
import { Code, ConnectError } from "@connectrpc/connect";
import type { Asker } from "../../bounds/turns.ts";
import type { Connection } from "../connections/connection.ts";
import { type HttpRequest, type HttpResponse, waitsWithTooMuch } from "../http.ts";
import { piecesOf, stopReading } from "../http1/chunked-request.ts";
import type { Limits } from "../limits.ts";
import { tooLarge, tooManyBytes } from "../reasoned.ts";
import { departureOfRequest } from "./departure.ts";
import { piecesMax, tooManyPieces } from "./gathered.ts";
import { pieceBytesMin, rounds } from "./rounds.ts";

/**
 * Cancels an HTTP/2 stream whose request has not arrived after `msMax` milliseconds, as node's HTTP/1.1 server
 * does with its `requestTimeout`.
 */
export function boundReceipt(request: HttpRequest, msMax: number): void {
  if (!("stream" in request) || request.stream.endAfterHeaders) return;
  const { stream } = request;
  const timer = setTimeout(() => stream.close(constants.NGHTTP2_CANCEL), msMax);
  const stop = () => clearTimeout(timer);
  stream.once("end", stop).once("close", stop);
}

/** What is read away of a request that is answered already. */
export type DrainLimits = Pick<Limits, "drainBytesMax" | "drainMsMax" | "requestBytesMax">;

/** Who sends it. */
export type Sender = Pick<Connection, "party" | "isProven">;

export interface Receipt {
  /** Rejects where the caller is not admitted: then nothing is read but what is thrown away. */
  readonly admitted: Promise<void>;
  /** Whether the client looks for answers while it writes, and may end only after them. */
  readonly looksForAnswers: boolean;
  readonly sender: Sender;
  readonly limits: Limits;
}

/**
 * The request's body. When its reader gives it up before its end, as one that is too large, the rest is read
 * away: of a client that does not look for an answer while it writes before that, for some cannot even take one.
 */
export async function* bodyOf(
  request: HttpRequest,
  { admitted, looksForAnswers, sender, limits }: Receipt,
): AsyncIterable<Uint8Array> {
  try {
    await admitted;
    if (waitsWithTooMuch(request, limits.requestBytesMax)) throw tooManyBytes(limits.requestBytesMax);
    yield* arriving(request, sender);
  } finally {
    const readingAway = readAwayBefore(request, limits, sender);
    if (!looksForAnswers) await readingAway;
  }
}

async function* arriving(request: HttpRequest, sender: Sender): AsyncIterable<Uint8Array> {
  const asker = askerOf(request, sender);
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      if (piecesOf(request) > piecesMax) throw tooLarge(tooManyPieces);
      yield chunk;
      if (!request.complete) await rounds.take(chunk.length, asker);
    }
  } catch (error) {
    throw error instanceof ConnectError ? error : new ConnectError("the caller is gone", Code.Canceled);
  }
}

function askerOf(request: HttpRequest, sender: Sender): Asker {
  return { party: sender.party(), departure: departureOfRequest(request) };
}

/**
 * Reads away what a client still sends when its request is answered already. A connection that is closed on a
 * client that is writing is reset, and the answer is lost with it.
 */
export function drainAfterAnswer(
  request: HttpRequest,
  response: HttpResponse,
  { sender, limits }: { readonly sender: Sender; readonly limits: DrainLimits },
): void {
  // An HTTP/2 response itself does not tell that it is written until both sides are done.
  const written = "stream" in request ? request.stream : response;
  // Before node, which lets what nobody reads by then flow uncounted.
  written.prependListener("finish", () => {
    if (!hasArrived(request)) void drain(request, limits, sender);
  });
}

async function drain(request: HttpRequest, limits: DrainLimits, sender: Sender): Promise<void> {
  await readAway(request, limits, sender);
  if (!hasArrived(request)) cutOff(request, limits);
}

/** What may still be read away of requests of which some was, before their answers. */
const bytesLeftOf = new WeakMap<HttpRequest, number>();

/** Resolves when all of the request has arrived, or more than the limits allow. */
export function readAway(request: HttpRequest, limits: DrainLimits, sender: Sender): Promise<void> {
  let bytesLeft = bytesLeftOf.get(request) ?? drainBytesMaxOf(limits, sender);
  if (hasArrived(request) || bytesLeft < 0) return Promise.resolve();
  const asker = askerOf(request, sender);
  return new Promise((resolve) => {
    let isDone = false;
    let pieces = 0;
    const timer = setTimeout(() => done(), limits.drainMsMax);
    const carrier = "stream" in request ? request.stream : request.socket;
    const done = () => {
      isDone = true;
      clearTimeout(timer);
      carrier.off("close", done);
      request.off("data", onData);
      if (bytesLeft < 0 && !hasArrived(request)) stopReading(request);
      bytesLeftOf.set(request, bytesLeft);
      resolve();
    };
    const onData = (chunk: Uint8Array) => {
      const piecesMore = piecesOf(request) - pieces;
      pieces += piecesMore;
      // A caller gets to see why it is refused, even if it takes long to read all that away.
      bytesLeft -= Math.max(chunk.length, pieceBytesMin, sender.isProven() ? 0 : pieceBytesMin * piecesMore);
      if (bytesLeft < 0) return done();
      const round = rounds.take(chunk.length, asker);
      if (round !== undefined) pauseUntil(round);
    };
    const pauseUntil = async (round: Promise<void>) => {
      request.pause();
      await round.catch(ignore);
      if (!isDone) request.resume();
    };
    request.once("end", done).once("close", done);
    // Node forgets an HTTP/1.1 request once it is answered, and does not tell it that its connection closed.
    carrier.once("close", done);
    request.on("data", onData);
    request.resume();
  });
}

/** The same before the answer: nothing where a client waits for that, to be told by it not to send its body. */
export function readAwayBefore(request: HttpRequest, limits: DrainLimits, sender: Sender): Promise<void> {
  if (waitsWithTooMuch(request, limits.requestBytesMax)) return Promise.resolve();
  return readAway(request, limits, sender);
}

/** Of a stranger as much as a request may be, with what is around it; of callers, who may be mistaken, much more. */
export function drainBytesMaxOf({ drainBytesMax, requestBytesMax }: DrainLimits, sender: Sender): number {
  return sender.isProven() ? drainBytesMax : Math.min(drainBytesMax, 2 * requestBytesMax);
}

function ignore(): void {}

/** Whether no more comes of a request. */
export function hasArrived(request: HttpRequest): boolean {
  if (request.destroyed || request.readableEnded) return true;
  return "stream" in request ? request.stream.endAfterHeaders || request.stream.destroyed : request.complete;
}

/** Over HTTP/1.1 whoever is cut off while it writes loses the answer that it has not read: until then nothing more is read of it. */
function cutOff(request: HttpRequest, { drainMsMax }: DrainLimits): void {
  if ("stream" in request) request.stream.close(constants.NGHTTP2_NO_ERROR);
  else setTimeout(() => request.socket.destroy(), Math.min(lingerMs, drainMsMax)).unref();
}

const lingerMs = 500;
