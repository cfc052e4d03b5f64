import { RetryInfoSchema } from "../../gen/google/rpc/error_details_pb.ts";

const usualMs = 1_000;

/** When to try again: google.rpc.RetryInfo to the millisecond, and HTTP's header in seconds, never too early. */
export function retryAfter(ms = usualMs) {
  const retryDelay = { seconds: BigInt(Math.floor(ms / 1_000)), nanos: (ms % 1_000) * 1_000_000 };
  return {
    detail: { desc: RetryInfoSchema, value: { retryDelay } },
    headers: { "retry-after": String(Math.ceil(ms / 1_000)) },
  };
}
