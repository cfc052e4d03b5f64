import type { ServerHttp2Stream } from "node:http2";
import type { Socket } from "node:net";
import { Code, ConnectError } from "@connectrpc/connect";
import type { Departure } from "../../bounds/departure.ts";
import type { HttpRequest } from "../http.ts";
import { deadlineExceeded } from "../rpc/call-context.ts";

/** The departure of a caller that has gone when a signal says so, or when its time is over. */
export function departureOf(signal: AbortSignal, timeoutMs: number | undefined): Departure {
  return new SignalledDeparture(signal, performance.now() + (timeoutMs ?? Number.POSITIVE_INFINITY));
}

class SignalledDeparture implements Departure {
  constructor(
    private readonly signal: AbortSignal,
    private readonly deadlineMs: number,
  ) {}

  get aborted(): boolean {
    return this.signal.aborted || performance.now() > this.deadlineMs;
  }

  get reason(): ConnectError {
    return this.signal.aborted ? gone() : deadlineExceeded();
  }
}

/** The departure of whoever sends, or waits for an answer, for as long as its stream or connection is open. */
export function departureOfStream(stream: ServerHttp2Stream | Socket): Departure {
  return new StreamDeparture(stream);
}

class StreamDeparture implements Departure {
  constructor(private readonly stream: ServerHttp2Stream | Socket) {}

  get aborted(): boolean {
    return this.stream.closed || this.stream.destroyed;
  }

  get reason(): ConnectError {
    return gone();
  }
}

/** The same of whoever sends a request. */
export function departureOfRequest(request: HttpRequest): Departure {
  return departureOfStream("stream" in request ? request.stream : request.socket);
}

function gone(): ConnectError {
  return new ConnectError("the caller is gone", Code.Canceled);
}
