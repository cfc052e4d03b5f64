import { setTimeout as sleep } from "node:timers/promises";
import { create, type DescMessage, type DescMethodUnary, type MessageShape } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, type Transport } from "@connectrpc/connect";
import { RetryInfoSchema } from "../../../gen/google/rpc/error_details_pb.ts";
import { isKeyed, withKeys } from "./keys.ts";
import { reasonOf } from "./reason.ts";

const firstPauseMs = 100;
const longestPauseMs = 10_000;

/** Reasons of errors after which the same request may get another answer: docs/retries.md has the table. */
export const passingReasons: ReadonlySet<string> = new Set([
  ...[
    "UNAVAILABLE",
    "INTERNAL",
    "ACCOUNT_BUSY",
    "OVERLOADED",
    "TOO_MANY_FAILURES",
    "TOO_MANY_UNREAD_ANSWERS",
  ],
  ...["DEADLINE_EXCEEDED", "CANCELLED", "TOO_MANY_CALLS_AT_ONCE", "TOO_MANY_CALLS_A_SECOND"],
  ...["TOO_MANY_UNFINISHED_REQUESTS", "TOO_MANY_STREAMS", "BODY_TIMEOUT", "REQUEST_TOO_SLOW"],
]);
/** What a broken connection looks like: an error without a reason. */
const lostCodes: ReadonlySet<Code> = new Set([
  ...[Code.Unavailable, Code.Internal, Code.Unknown, Code.Aborted, Code.Canceled, Code.DeadlineExceeded],
]);

export interface RetryTimes {
  /** How long a call takes at the most with all its attempts, where it says nothing itself. */
  readonly timeoutMs: number;
  /** How long one attempt waits for its answer. */
  readonly attemptTimeoutMs: number;
  /** How long a service is tried in vain that has never answered: its address is probably wrong. */
  readonly strangeMs: number;
}

/**
 * Sends a request again until it is answered for good or the call's time is over: one that reads, or whose operations all
 * have keys. Others may have been done although no answer came. What fails fails with the error of its last attempt.
 */
export function retrying(transport: Transport, times: RetryTimes): Transport {
  let isKnown = false;
  return {
    stream: (...call) => transport.stream(...call),
    async unary(method, signal, timeoutMs = times.timeoutMs, header, input, contextValues) {
      const message = withKeys(method.input, create(method.input, input));
      const send = (attemptMs: number) =>
        transport
          .unary(method, signal, attemptMs, header, message as typeof input, contextValues)
          .catch((error: unknown) => Promise.reject(inWords(error)));
      if (!mayBeRepeated(method, message)) return send(timeoutMs);
      const start = performance.now();
      const end = timeoutMs > 0 ? start + timeoutMs : Number.POSITIVE_INFINITY;
      let earlier: unknown;
      for (let attempt = 0; ; attempt += 1) {
        const leftMs = end - performance.now();
        try {
          // 0 would be no limit, and a header holds whole milliseconds.
          const answer = await send(Math.max(1, Math.ceil(Math.min(times.attemptTimeoutMs, leftMs))));
          isKnown = true;
          return answer;
        } catch (error) {
          if (signal?.aborted || !isPassing(error)) throw error;
          // An attempt that there was no time for says less than the one before.
          const isCut = isTimeout(error) && leftMs < times.attemptTimeoutMs;
          const failure = isCut ? (earlier ?? error) : error;
          isKnown ||= reasonOf(error) !== undefined;
          const isStrange = !isKnown && !isTimeout(error);
          const until = isStrange ? Math.min(end, start + times.strangeMs) : end;
          const waitMs = pauseAfter(error, attempt);
          if (performance.now() + waitMs >= until) throw failure;
          earlier = failure;
          await sleep(waitMs, undefined, { signal }).catch(() => {
            throw ConnectError.from(signal?.reason, Code.Canceled);
          });
        }
      }
    },
  };
}

function mayBeRepeated<I extends DescMessage>(
  { input, idempotency }: DescMethodUnary<I>,
  message: MessageShape<I>,
): boolean {
  return idempotency !== MethodOptions_IdempotencyLevel.IDEMPOTENCY_UNKNOWN || isKeyed(input, message);
}

/** Whether the same request may get another answer later. */
export function isPassing(error: unknown): boolean {
  const reason = reasonOf(error);
  return reason === undefined ? lostCodes.has(ConnectError.from(error).code) : passingReasons.has(reason);
}

/** Where a name such as localhost has several addresses, Node's error has a reason for each and no words itself. */
function inWords(error: unknown): unknown {
  if (!(error instanceof ConnectError && error.cause instanceof AggregateError)) return error;
  const reasons = error.cause.errors.map((each: unknown) =>
    each instanceof Error ? each.message : String(each),
  );
  return new ConnectError(reasons.join("; "), error.code, error.metadata, undefined, error.cause);
}

/** Whether nobody answered in time. */
function isTimeout(error: unknown): boolean {
  return ConnectError.from(error).code === Code.DeadlineExceeded;
}

/** How long to wait after the n-th attempt, in milliseconds: as long as the service says, and some more, so that not all come at once. */
export function pauseAfter(error: unknown, attempt: number): number {
  return toldPauseMs(error) + Math.random() * Math.min(firstPauseMs * 2 ** attempt, longestPauseMs);
}

/** As long as the service says, in milliseconds. */
function toldPauseMs(error: unknown): number {
  const [info] = ConnectError.from(error).findDetails(RetryInfoSchema);
  const delay = info?.retryDelay;
  return delay === undefined ? 0 : Number(delay.seconds) * 1_000 + delay.nanos / 1_000_000;
}
