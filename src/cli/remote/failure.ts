import { Code, ConnectError } from "@connectrpc/connect";
import { ErrorInfoSchema } from "../../../gen/google/rpc/error_details_pb.ts";
import { ConfigError } from "../../config/config-error.ts";
import { isUnreachable, startupFailure } from "../../startup-failure.ts";
import { driverError } from "../../store/driver/errors.ts";
import { NotMigrated } from "../../store/driver/migrate.ts";
import { NeverSent } from "./never-sent.ts";

const [refused, misused, unavailable] = [1, 2, 3];

/** What went wrong while a ledger was asked, as one line and as an exit code. */
export function failureOf(error: unknown): { readonly line: string; readonly code: number } {
  if (error instanceof ConnectError) {
    const reason = reasonOf(error);
    const line = reason === undefined ? error.rawMessage : `${error.rawMessage} (${reason})`;
    return { line, code: isAway(error) ? unavailable : refused };
  }
  const line = startupFailure(error);
  if (error instanceof ConfigError || error instanceof NotMigrated) return { line, code: misused };
  const cause = driverError(error);
  return { line, code: cause instanceof Error && isUnreachable(cause) ? unavailable : refused };
}

/** Whether a change that failed is known not to be done, is not known to be, or was refused. */
export function outcomeOf(error: unknown): "refused" | "undone" | "unknown" {
  if (!hasNoAnswer(error)) return "refused";
  const isUndone = error.cause instanceof NeverSent || reasonOf(error) === "ACCOUNT_BUSY";
  return isUndone ? "undone" : "unknown";
}

/** Whether the server is away, or took too long: the same may be answered later. What is too much to read would not be. */
export function isAway(error: unknown): boolean {
  return hasNoAnswer(error) && reasonOf(error) !== "READ_TOO_EXPENSIVE";
}

function hasNoAnswer(error: unknown): error is ConnectError {
  return error instanceof ConnectError && [Code.Unavailable, Code.DeadlineExceeded].includes(error.code);
}

function reasonOf(error: ConnectError): string | undefined {
  return error.findDetails(ErrorInfoSchema)[0]?.reason;
}
