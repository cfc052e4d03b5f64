import { Code, ConnectError } from "@connectrpc/connect";
import type { Logger } from "pino";
import { errorInfo } from "./error-info.ts";

/** A call, as the log knows it. */
export interface LoggedCall {
  readonly log: Logger;
  readonly requestId: string;
  /** Its full name, or the path where it has none. */
  readonly method: string;
}

/** INTERNAL with the request's id, under which the log has the rest. */
export function unexpected(error: unknown, { log, requestId, method }: LoggedCall): ConnectError {
  log.error({ err: error, requestId, method }, "unexpected failure");
  const info = errorInfo("INTERNAL", { request_id: requestId });
  return new ConnectError(`internal error; request id ${requestId}`, Code.Internal, undefined, [info]);
}

/** An error that was not meant for callers is told as unexpected; any other is as it was. */
export function tellable(error: unknown, call: LoggedCall): ConnectError {
  return error instanceof ConnectError ? error : unexpected(error, call);
}
