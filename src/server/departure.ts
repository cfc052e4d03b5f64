import { Code, ConnectError } from "@connectrpc/connect";
import { deadlineExceeded } from "./call-context.ts";

/** Whether a caller waits no more, and why: an AbortSignal, or what can be asked like one. */
export interface Departure {
  readonly aborted: boolean;
  readonly reason: unknown;
}

/** The departure of a caller that has gone when a signal says so, or when its time is over. */
export function departureOf(signal: AbortSignal, timeoutMs: number | undefined): Departure {
  const deadlineMs = performance.now() + (timeoutMs ?? Number.POSITIVE_INFINITY);
  return {
    get aborted() {
      return signal.aborted || performance.now() > deadlineMs;
    },
    get reason() {
      return signal.aborted ? new ConnectError("the caller is gone", Code.Canceled) : deadlineExceeded();
    },
  };
}
