import type { Timestamp } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  RetryInfoSchema,
} from "../../../gen/google/rpc/error_details_pb.ts";

/** Why a call failed, as a view shows it. */
export interface Failure {
  readonly code: Code;
  /** A name that stays, such as INSUFFICIENT_FUNDS; that of the code where the answer gives none. */
  readonly reason: string;
  readonly message: string;
  /** What is wrong with each field, by its name as the request has it, in camel case. */
  readonly violations: ReadonlyMap<string, string>;
  readonly figures: Readonly<Record<string, string>>;
  /** How long to wait before it is tried again; undefined where nothing was said. */
  readonly retryAfterMs: number | undefined;
  /** Whether a change may have been made all the same. */
  readonly isInDoubt: boolean;
  /** Whether it was refused before anybody looked at its key: what became of an earlier try with that is not told. */
  readonly isUnheard: boolean;
}

const doubtful = new Set([
  ...[Code.Unavailable, Code.DeadlineExceeded, Code.Canceled, Code.Internal, Code.Unknown, Code.Aborted],
]);

/** Its answer was made, and had no room where answers wait to be taken. */
const unread = "TOO_MANY_UNREAD_ANSWERS";

const unheard = new Set([Code.Unauthenticated, Code.PermissionDenied, Code.ResourceExhausted]);

export function failureOf(error: unknown): Failure {
  const connectError = ConnectError.from(error);
  const { code, rawMessage } = connectError;
  const [info] = connectError.findDetails(ErrorInfoSchema);
  const [retry] = connectError.findDetails(RetryInfoSchema);
  const reason = info?.reason ?? Code[code].replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase();
  const fields = connectError.findDetails(BadRequestSchema).flatMap(({ fieldViolations }) => fieldViolations);
  return {
    code,
    reason,
    message: rawMessage,
    violations: new Map(fields.map(({ field, description }) => [camelCase(field), description])),
    figures: info?.metadata ?? {},
    retryAfterMs: retry?.retryDelay && msOf(retry.retryDelay),
    isInDoubt: doubtful.has(code) || reason === unread,
    isUnheard: unheard.has(code),
  };
}

function camelCase(field: string): string {
  return field.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function msOf({ seconds, nanos }: Pick<Timestamp, "seconds" | "nanos">): number {
  return Number(seconds) * 1_000 + Math.ceil(nanos / 1_000_000);
}
