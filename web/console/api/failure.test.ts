import { Code, ConnectError } from "@connectrpc/connect";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  RetryInfoSchema,
} from "../../../gen/google/rpc/error_details_pb.ts";
import { failureOf } from "./failure.ts";

it("has what the details of an answer say", () => {
  const metadata = { available: "1250", required: "5000" };
  const error = new ConnectError("insufficient funds", Code.FailedPrecondition, undefined, [
    { desc: ErrorInfoSchema, value: { reason: "INSUFFICIENT_FUNDS", domain: "tallystick", metadata } },
    { desc: RetryInfoSchema, value: { retryDelay: { seconds: 2n, nanos: 1 } } },
    {
      desc: BadRequestSchema,
      value: { fieldViolations: [{ field: "to_customer", description: "is required" }] },
    },
  ]);
  expect(failureOf(error)).toEqual({
    code: Code.FailedPrecondition,
    reason: "INSUFFICIENT_FUNDS",
    message: "insufficient funds",
    violations: new Map([["toCustomer", "is required"]]),
    figures: metadata,
    retryAfterMs: 2_001,
    isInDoubt: false,
    isUnheard: false,
  });
});

it.each([
  [new TypeError("Failed to fetch"), "UNKNOWN", true],
  [new ConnectError("late", Code.DeadlineExceeded), "DEADLINE_EXCEEDED", true],
  [new ConnectError("no", Code.PermissionDenied), "PERMISSION_DENIED", false],
  [exhausted("TOO_MANY_UNREAD_ANSWERS"), "TOO_MANY_UNREAD_ANSWERS", true],
  [exhausted("TOO_MANY_CALLS_AT_ONCE"), "TOO_MANY_CALLS_AT_ONCE", false],
])("of %s is %s", (error, reason, isInDoubt) => {
  expect(failureOf(error)).toMatchObject({ reason, isInDoubt, retryAfterMs: undefined });
});

function exhausted(reason: string): ConnectError {
  const info = { desc: ErrorInfoSchema, value: { reason, domain: "tallystick" } };
  return new ConnectError("too many", Code.ResourceExhausted, undefined, [info]);
}
