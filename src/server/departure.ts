import type { ServerHttp2Stream } from "node:http2";
import { Code, ConnectError } from "@connectrpc/connect";
import type { Departure } from "../bounds/departure.ts";
import { deadlineExceeded } from "./call-context.ts";

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

/** The departure of a caller whose call is over, and who waits for the answer: until its stream is closed. */
export function departureOfStream(stream: ServerHttp2Stream): Departure {
  return {
    get aborted() {
      return stream.closed || stream.destroyed;
    },
    get reason() {
      return gone();
    },
  };
}

function gone(): ConnectError {
  return new ConnectError("the caller is gone", Code.Canceled);
}
