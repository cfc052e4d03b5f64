import { Code, ConnectError } from "@connectrpc/connect";
import pino from "pino";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  ResourceInfoSchema,
  RetryInfoSchema,
} from "../../../gen/google/rpc/error_details_pb.ts";
import { refusals } from "../../../test/support/refusals.ts";
import { Refused } from "../../domain/refusal.ts";
import { ReadTimedOut } from "../../store/driver/errors.ts";
import { callerError } from "./caller-error.ts";
import { fieldViolations, violationsMax } from "./error-details.ts";
import { errorOf, outcomeOf } from "./errors.ts";

/** The error as a client holds it, which knows details by their bytes. */
function details(error: ConnectError) {
  const [info] = error.findDetails(ErrorInfoSchema);
  if (info === undefined) throw new Error("an error without ErrorInfo");
  return info;
}

describe.each(Object.values(refusals))("$reason", (refusal) => {
  const error = errorOf(refusal);

  it("tells programs its reason, under the one domain", () => {
    expect(details(error)).toMatchObject({ reason: refusal.reason, domain: "tallystick" });
  });

  it("tells people what is wrong, in a sentence of its own", () => {
    expect(error.rawMessage).toMatch(/^[^\n]{10,300}$/);
    expect(error.rawMessage).not.toMatch(/undefined|null|\[object/);
  });

  it("is no unexpected failure", () => {
    expect([Code.Internal, Code.Unknown]).not.toContain(error.code);
  });
});

describe("errorOf", () => {
  it("names each field that does not fit", () => {
    const error = errorOf(refusals.INVALID_FIELDS);
    expect(error.findDetails(BadRequestSchema)).toMatchObject([
      { fieldViolations: [{ field: "amount", description: "must be above 0" }] },
    ]);
  });

  it("says how to authenticate", () => {
    expect(errorOf(refusals.UNAUTHENTICATED).metadata.get("www-authenticate")).toContain("Basic");
  });

  it("names what was not found, shortened where a caller's name is long", () => {
    expect(errorOf(refusals.NOT_FOUND).findDetails(ResourceInfoSchema)).toMatchObject([
      { resourceType: "customer", resourceName: refusals.NOT_FOUND.name },
    ]);
    const long = errorOf({ reason: "NOT_FOUND", resource: "organization", name: "\u{1f600}".repeat(5_000) });
    expect(long.rawMessage.length).toBeLessThan(300);
    expect(long.rawMessage).not.toMatch(/\p{Surrogate}/u);
  });

  it("tells exactly what is missing where funds are", () => {
    expect(details(errorOf(refusals.INSUFFICIENT_FUNDS)).metadata).toEqual({
      customer: refusals.INSUFFICIENT_FUNDS.customerId,
      currency: "USD",
      available: "1.5",
      held: "3",
      required: "2",
      minimum_balance: "-10",
    });
  });

  const passing = Object.values(refusals).filter(
    (refusal) => outcomeOf(refusal).code === Code.Unavailable || refusal.reason === "OVERLOADED",
  );
  it.each(passing)("says when to try $reason again", (refusal) => {
    expect(errorOf(refusal).findDetails(RetryInfoSchema)).toMatchObject([
      { retryDelay: { seconds: 1n, nanos: 0 } },
    ]);
  });

  it("lets a face use other codes and words, under the same reason", () => {
    const error = errorOf(refusals.INSUFFICIENT_FUNDS, {
      code: Code.InvalidArgument,
      message: "insufficient credits",
    });
    expect([error.code, error.rawMessage]).toEqual([Code.InvalidArgument, "insufficient credits"]);
    expect(details(error).reason).toBe("INSUFFICIENT_FUNDS");
  });

  it("keeps an error small however many fields are at fault", () => {
    const violations = Array.from({ length: 1_000 }, (_, n) => ({ field: `f${n}`, description: "is wrong" }));
    const error = new ConnectError("", Code.InvalidArgument, undefined, [fieldViolations(violations)]);
    expect(error.findDetails(BadRequestSchema)[0]?.fieldViolations).toHaveLength(violationsMax);
  });
});

describe("callerError", () => {
  const call = (lines: string[] = []) => ({
    log: pino({}, { write: (line: string) => lines.push(line) }),
    method: "tallystick.v1.LedgerService/CreateTransfer",
    header: new Headers({ "x-request-id": "request-7" }),
  });

  it("answers a refusal by the table, and an error that says its reason as it is", () => {
    const lines: string[] = [];
    expect(callerError(new Refused(refusals.OVERLOADED), call(lines)).code).toBe(Code.ResourceExhausted);
    const error = errorOf(refusals.NOT_FOUND);
    expect(callerError(error, call(lines))).toBe(error);
    expect(lines).toEqual([]);
  });

  it("tells of a read that took all its time what to do, and not to try again", () => {
    const query = new Error("Failed query: select 1", { cause: new ReadTimedOut() });
    const error = callerError(query, call());
    expect(error.code).toBe(Code.DeadlineExceeded);
    expect(details(error)).toMatchObject({ reason: "READ_TOO_EXPENSIVE" });
    expect(error.details).toHaveLength(1);
  });

  it.each([
    [Code.Unimplemented, "UNIMPLEMENTED"],
    [Code.DeadlineExceeded, "DEADLINE_EXCEEDED"],
    [Code.Canceled, "CANCELLED"],
  ])("gives an error of Connect's own its code (%s) for a reason: %s", (code, reason) => {
    const error = callerError(new ConnectError("not yet", code), call());
    expect([error.code, error.rawMessage]).toEqual([code, "not yet"]);
    expect(details(error)).toMatchObject({ reason, domain: "tallystick" });
  });

  it.each([
    new Error("password=hunter2", { cause: new Error("select * from secrets") }),
    "hunter2",
    undefined,
    { code: "23505", detail: "hunter2" },
  ])("tells of the unexpected nothing but the request's id, and the log the rest (%#)", (thrown) => {
    const lines: string[] = [];
    const error = callerError(thrown, call(lines));
    expect([error.code, error.rawMessage]).toEqual([Code.Internal, "internal error; request id request-7"]);
    expect(details(error)).toMatchObject({ reason: "INTERNAL", metadata: { request_id: "request-7" } });
    expect([error.details.length, error.cause]).toEqual([1, undefined]);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { level: 50, requestId: "request-7", method: "tallystick.v1.LedgerService/CreateTransfer" },
    ]);
    if (thrown instanceof Error) expect(lines[0]).toContain("select * from secrets");
  });
});
