import { setTimeout as sleep } from "node:timers/promises";
import { MethodOptions_IdempotencyLevel } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, type Interceptor, type UnaryRequest } from "@connectrpc/connect";
import { RetryInfoSchema } from "../../../gen/google/rpc/error_details_pb.ts";
import { isKeyed } from "./keys.ts";
import { reasonOf } from "./reason.ts";

const firstPauseMs = 100;
const longestPauseMs = 10_000;

/** Reasons of errors after which the same request may get another answer. */
const passingReasons: ReadonlySet<string> = new Set([
  ...["UNAVAILABLE", "INTERNAL", "ACCOUNT_BUSY", "OVERLOADED", "DEADLINE_EXCEEDED", "CANCELLED"],
]);
/** What a broken connection looks like: an error without a reason. */
const lostCodes: ReadonlySet<Code> = new Set([
  ...[Code.Unavailable, Code.Internal, Code.Unknown, Code.Aborted, Code.Canceled, Code.DeadlineExceeded],
]);

/**
 * Sends a request again until it is answered for good or the call's deadline passes: one that reads, or whose operations all
 * have keys. Others may have been done although no answer came.
 */
export function retry(attemptTimeoutMs: number): Interceptor {
  return (next) => async (request) => {
    if (request.stream || !mayBeRepeated(request)) return next(request);
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
      const attempt = AbortSignal.any([request.signal, AbortSignal.timeout(attemptTimeoutMs)]);
      try {
        return await next({ ...request, signal: attempt });
      } catch (error) {
        if (request.signal.aborted || !isPassing(error)) throw error;
        await sleep(toldPauseMs(error) + Math.random() * pauseMs, undefined, {
          signal: request.signal,
        }).catch(() => {
          throw error;
        });
      }
    }
  };
}

function mayBeRepeated({ method, message }: UnaryRequest): boolean {
  return (
    method.idempotency !== MethodOptions_IdempotencyLevel.IDEMPOTENCY_UNKNOWN ||
    isKeyed(method.input, message)
  );
}

function isPassing(error: unknown): boolean {
  const reason = reasonOf(error);
  return reason === undefined ? lostCodes.has(ConnectError.from(error).code) : passingReasons.has(reason);
}

/** As long as the service says, in milliseconds. */
function toldPauseMs(error: unknown): number {
  const [info] = ConnectError.from(error).findDetails(RetryInfoSchema);
  const delay = info?.retryDelay;
  return delay === undefined ? 0 : Number(delay.seconds) * 1_000 + delay.nanos / 1_000_000;
}
