import { durationMs } from "@bufbuild/protobuf/wkt";
import { type Code, ConnectError } from "@connectrpc/connect";
import {
  type BadRequest_FieldViolation,
  BadRequestSchema,
  ErrorInfoSchema,
  RetryInfoSchema,
} from "../../gen/google/rpc/error_details_pb.ts";
import type { Status } from "../../gen/google/rpc/status_pb.ts";

/** What a caller learns from an error: its code and words, google.rpc.ErrorInfo and google.rpc.BadRequest. */
export interface Failure {
  readonly code: Code;
  readonly message: string;
  readonly domain: string;
  readonly reason: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly violations: readonly Pick<BadRequest_FieldViolation, "field" | "description" | "reason">[];
}

/** The failure of a call that must fail. */
export async function failureOf(call: Promise<unknown>): Promise<Failure> {
  const error = await call.then(
    () => new Error("the call succeeded, but was to fail"),
    (thrown: unknown) => thrown,
  );
  return failureIn(error);
}

/** The failure that was thrown; any other error is thrown on. */
export function failureIn(error: unknown): Failure {
  if (error instanceof ConnectError) return readFailure(error);
  throw error;
}

/** After how long the error of a call that must fail says that a retry may help; undefined where it says nothing. */
export async function retryDelayMsOf(call: Promise<unknown>): Promise<number | undefined> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ConnectError)) throw error ?? new Error("the call succeeded, but was to fail");
  const [info] = error.findDetails(RetryInfoSchema);
  return info?.retryDelay && durationMs(info.retryDelay);
}

/** The fields that an error says do not fit. */
export function faultyFields(failure: Failure): string[] {
  return failure.violations.map(({ field }) => field);
}

/** A google.rpc.Status, however it came in, as connect's own clients would have thrown it. */
export function errorOfStatus({ code, message, details }: Status): ConnectError {
  const error = new ConnectError(message, code);
  error.details = details.map(({ typeUrl, value }) => ({ type: typeUrl.split("/").at(-1) ?? "", value }));
  return error;
}

function readFailure(error: ConnectError): Failure {
  const [info] = error.findDetails(ErrorInfoSchema);
  const [badRequest] = error.findDetails(BadRequestSchema);
  return {
    code: error.code,
    message: error.rawMessage,
    domain: info?.domain ?? "",
    reason: info?.reason ?? "",
    metadata: info?.metadata ?? {},
    violations: (badRequest?.fieldViolations ?? []).map(({ field, description, reason }) => ({
      field,
      description,
      reason,
    })),
  };
}
