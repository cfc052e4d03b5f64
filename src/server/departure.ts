import type { ServerHttp2Stream } from "node:http2";
import type { Socket } from "node:net";
import { Code, ConnectError } from "@connectrpc/connect";
import type { Departure } from "../bounds/departure.ts";
import { deadlineExceeded } from "./call-context.ts";
import type { HttpRequest } from "./http.ts";

/** The departure of a caller that has gone when a signal says so, or when its time is over. */
export function departureOf(signal: AbortSignal, timeoutMs: number | undefined): Departure {
  const deadlineMs = performance.now() + (timeoutMs ?? Number.POSITIVE_INFINITY);
  return {
    get aborted() {
      return signal.aborted || performance.now() > deadlineMs;
    },
    get reason() {
      return signal.aborted ? gone() : deadlineExceeded();
    },
  };
}

/** The departure of whoever sends, or waits for an answer, for as long as its stream or connection is open. */
export function departureOfStream(stream: ServerHttp2Stream | Socket): Departure {
  return {
    get aborted() {
      return stream.closed || stream.destroyed;
    },
    get reason() {
      return gone();
    },
  };
}

/** The same of whoever sends a request. */
export function departureOfRequest(request: HttpRequest): Departure {
  return departureOfStream("stream" in request ? request.stream : request.socket);
}

function gone(): ConnectError {
  return new ConnectError("the caller is gone", Code.Canceled);
}
