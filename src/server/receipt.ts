import { constants } from "node:http2";
import { Code, ConnectError } from "@connectrpc/connect";
import type { HttpRequest, HttpResponse } from "./http.ts";
import type { Limits } from "./limits.ts";
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
export type DrainLimits = Pick<Limits, "drainBytesMax" | "drainMsMax">;

export interface Receipt {
  /** Rejects where the caller is not admitted: then nothing is read but what is thrown away. */
  readonly admitted: Promise<void>;
  /** Whether the client may look for answers while it writes, and end only after them. */
  readonly isStream: boolean;
  readonly limits: Limits;
}

/**
 * The request's body. When its reader gives it up before its end, as one that is too large, the rest is read
 * away first: a client that is still writing may not look for an answer, and some cannot even take one.
 */
export async function* bodyOf(
  request: HttpRequest,
  { admitted, isStream, limits }: Receipt,
): AsyncIterable<Uint8Array> {
  try {
    await admitted;
    yield* arriving(request);
  } finally {
    const readingAway = readAway(request, limits);
    if (!isStream) await readingAway;
  }
}

async function* arriving(request: HttpRequest): AsyncIterable<Uint8Array> {
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      yield chunk;
      await rounds.take(chunk.length);
    }
  } catch {
    throw new ConnectError("the caller is gone", Code.Canceled);
  }
}

/**
 * Reads away what a client still sends when its request is answered already. A connection that is closed on a
 * client that is writing is reset, and the answer is lost with it.
 */
export function drainAfterAnswer(request: HttpRequest, response: HttpResponse, limits: Limits): void {
  // An HTTP/2 response itself does not tell that it is written until both sides are done.
  const written = "stream" in request ? request.stream : response;
  written.on("finish", () => {
    if (!hasArrived(request)) void drain(request, limits);
  });
}

async function drain(request: HttpRequest, limits: Limits): Promise<void> {
  await readAway(request, limits);
  if (!hasArrived(request)) cutOff(request);
}

/** Resolves when all of the request has arrived, or more than the limits allow. */
export function readAway(request: HttpRequest, { drainBytesMax, drainMsMax }: DrainLimits): Promise<void> {
  if (hasArrived(request)) return Promise.resolve();
  return new Promise((resolve) => {
    let bytesLeft = drainBytesMax;
    const timer = setTimeout(() => done(), drainMsMax);
    const carrier = "stream" in request ? request.stream : request.socket;
    const done = () => {
      clearTimeout(timer);
      carrier.off("close", done);
      resolve();
    };
    request.once("end", done).once("close", done);
    // Node forgets an HTTP/1.1 request once it is answered, and does not tell it that its connection closed.
    carrier.once("close", done);
    request.on("data", (chunk: Uint8Array) => {
      bytesLeft -= Math.max(chunk.length, pieceBytesMin);
      if (bytesLeft < 0) done();
    });
    request.resume();
  });
}

/** Whether no more comes of a request. */
export function hasArrived(request: HttpRequest): boolean {
  if (request.destroyed || request.readableEnded) return true;
  return "stream" in request ? request.stream.endAfterHeaders || request.stream.destroyed : request.complete;
}

function cutOff(request: HttpRequest): void {
  if ("stream" in request) request.stream.close(constants.NGHTTP2_NO_ERROR);
  else request.socket.destroy();
}
