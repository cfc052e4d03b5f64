import { Code, ConnectError } from "@connectrpc/connect";
import { BadRequestSchema } from "../../../gen/google/rpc/error_details_pb.ts";
import { errorInfo } from "../../errors/error-info.ts";
import { bounded } from "../../errors/error-size.ts";

/** Every reason for which a request is refused as it is read, with the RPC code and the HTTP status that go with it. */
export const requestReasons = {
  /** No path template matches. */
  ROUTE_NOT_FOUND: { code: Code.NotFound, httpStatus: 404 },
  /** The path is known, but not with this HTTP method; the Allow header says which. */
  METHOD_NOT_ALLOWED: { code: Code.Unimplemented, httpStatus: 405 },
  /** The path or the query holds a malformed escape, bytes that are not UTF-8, or NUL. */
  MALFORMED_URL: { code: Code.InvalidArgument, httpStatus: 400 },
  /** Content-Type is not JSON in UTF-8, or not a form where that is the query, or Content-Encoding neither identity nor gzip. */
  UNSUPPORTED_MEDIA_TYPE: { code: Code.InvalidArgument, httpStatus: 415 },
  /** The body, inflated if it was compressed, is larger than the limit. */
  BODY_TOO_LARGE: { code: Code.ResourceExhausted, httpStatus: 413 },
  /** The body did not arrive before the deadline. */
  BODY_TIMEOUT: { code: Code.DeadlineExceeded, httpStatus: 408 },
  /** The body is not gzip although it says so, or not UTF-8. */
  MALFORMED_BODY: { code: Code.InvalidArgument, httpStatus: 400 },
  /** The body is not JSON; the metadata holds `line` and `column`, both from 1. */
  MALFORMED_JSON: { code: Code.InvalidArgument, httpStatus: 400 },
  /** Values do not fit; BadRequest names each with its field path. */
  INVALID_FIELDS: { code: Code.InvalidArgument, httpStatus: 400 },
  /** A header with the caller's timeout cannot be read. */
  MALFORMED_TIMEOUT: { code: Code.InvalidArgument, httpStatus: 400 },
} as const;

export type RequestReason = keyof typeof requestReasons;

/** One value that does not fit: the path of its field, in proto names, and what is wrong with it. */
export interface FieldViolation {
  readonly field: string;
  readonly description: string;
}

interface ErrorExtras {
  readonly header?: Record<string, string>;
  readonly metadata?: Record<string, string>;
  readonly fieldViolations?: readonly FieldViolation[];
}

/** An error of a request, with ErrorInfo, and BadRequest where fields are at fault; its texts may be shortened. */
export function requestError(reason: RequestReason, message: string, extras: ErrorExtras = {}): ConnectError {
  const { fieldViolations } = extras;
  const badRequest = fieldViolations ? [{ desc: BadRequestSchema, value: { fieldViolations } }] : [];
  const { code } = requestReasons[reason];
  return bounded(
    new ConnectError(message, code, extras.header, [errorInfo(reason, extras.metadata), ...badRequest]),
  );
}
