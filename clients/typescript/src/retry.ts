import { setTimeout as sleep } from "node:timers/promises";
import { create, type DescMessage, type DescMethodUnary, type MessageShape } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, type Transport } from "@connectrpc/connect";
import { createAsyncIterable } from "@connectrpc/connect/protocol";
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

/** A call, as it is sent again. */
interface Asked<A> {
  readonly signal: AbortSignal | undefined;
  /** How long it takes at the most with all its attempts; as long as it likes where that is 0. */
  readonly timeoutMs: number;
  /** Whether it may have been done, and is sent again all the same. */
  readonly isRepeatable: boolean;
  /** Makes an attempt, which may take so many whole milliseconds; as long as it likes where they are 0. */
  readonly send: (attemptMs: number) => Promise<A>;
}

/**
 * Sends a request again until it is answered for good or the call's time is over: one that reads, or whose operations all
 * have keys. Others may have been done although no answer came, but where the service has refused to look at them. What fails fails
 * with the error of its last attempt.
 */
export function retrying(transport: Transport, times: RetryTimes): Transport {
  const answered = answering(times);
  return {
    async unary(method, signal, timeoutMs = times.timeoutMs, header, input, contextValues) {
      const message = withKeys(method.input, create(method.input, input));
      const send = (attemptMs: number) =>
        transport.unary(method, signal, attemptMs, header, message as typeof input, contextValues);
      return answered({ signal, timeoutMs, isRepeatable: mayBeRepeated(method, message), send });
    },
    async stream(method, signal, timeoutMs = times.timeoutMs, header, input, contextValues) {
      if (method.methodKind !== "server_streaming")
        return transport.stream(method, signal, timeoutMs, header, input, contextValues);
      const messages = await collected(input);
      const send = (attemptMs: number) =>
        transport.stream(method, signal, attemptMs, header, createAsyncIterable(messages), contextValues);
      return answered({ signal, timeoutMs, isRepeatable: false, send });
    },
  };
}

function answering(times: RetryTimes): <A>(asked: Asked<A>) => Promise<A> {
  let isKnown = false;
  return async ({ signal, timeoutMs, isRepeatable, send }) => {
    const attemptMsMax = isRepeatable ? times.attemptTimeoutMs : Number.POSITIVE_INFINITY;
    const start = performance.now();
    const end = timeoutMs > 0 ? start + timeoutMs : Number.POSITIVE_INFINITY;
    let earlier: unknown;
    for (let attempt = 0; ; attempt += 1) {
      const leftMs = end - performance.now();
      try {
        const attemptMs = Math.min(attemptMsMax, leftMs);
        const answer = await send(Number.isFinite(attemptMs) ? Math.max(1, Math.ceil(attemptMs)) : 0);
        isKnown = true;
        return answer;
      } catch (thrown) {
        const error = inWords(thrown);
        const isUnread = wasLeftUnread(error);
        if (signal?.aborted || !(isUnread || (isRepeatable && isPassing(error)))) throw error;
        // An attempt that there was no time for says less than the one before.
        const isCut = isTimeout(error) && leftMs < times.attemptTimeoutMs;
        const failure = isCut ? (earlier ?? error) : error;
        isKnown ||= isUnread || reasonOf(error) !== undefined;
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
  };
}

async function collected<T>(messages: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const each of messages) all.push(each);
  return all;
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

/**
 * Whether the service has refused the call's HTTP/2 stream without looking at it, as it does with those that a client has sent before
 * it heard that it may have fewer: nothing was done (RFC 9113, 8.7). Node says so in an error's words alone.
 */
function wasLeftUnread(error: unknown): boolean {
  const { rawMessage } = ConnectError.from(error);
  return reasonOf(error) === undefined && /\berror code (NGHTTP2_)?REFUSED_STREAM\b/.test(rawMessage);
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
