import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";
import type { Logger } from "pino";
import { methodName } from "../../bounds/method-name.ts";
import { Summary } from "../../bounds/summary.ts";
import { Refused } from "../../domain/refusal.ts";
import { errorInterceptor } from "../../errors/error-interceptor.ts";
import { bounded } from "../../errors/error-size.ts";
import { explained } from "../../errors/explained.ts";
import { unexpected } from "../../errors/unexpected.ts";
import { isPassing, isReadTimeout, isTransient, passingState } from "../../store/driver/errors.ts";
import { errorOf } from "./errors.ts";

const takesNoChanges =
  "the database takes no changes for now: it is read-only, full, or short of memory or connections";

/** Maps the errors of every call by `callerError`. Why a database takes no changes, the log says once a second. */
export function errorsInterceptor(log: Logger): Interceptor {
  const states = new Summary((record) => log.warn(record, "the database takes no changes for now"));
  return errorInterceptor((request) => (error) => {
    const state = passingState(error);
    if (state !== undefined) states.note(state.code, { says: state.says });
    if (request.signal.aborted) return explained(ConnectError.from(request.signal.reason, Code.Canceled));
    const method = methodName(request.method);
    return callerError(error, { log, method, header: request.header });
  });
}

/**
 * Whatever was thrown, as an error that says what callers may know: a refusal by the table, and anything unexpected as
 * INTERNAL with the request's id, under which the log has the rest. It is small enough for every client.
 */
export function callerError(
  error: unknown,
  call: { log: Logger; method: string; header: Headers },
): ConnectError {
  if (error instanceof ConnectError) return bounded(explained(error));
  if (error instanceof Refused) return bounded(errorOf(error.refusal));
  if (isReadTimeout(error)) return errorOf({ reason: "READ_TOO_EXPENSIVE" });
  if (isPassing(error)) return errorOf({ reason: "UNAVAILABLE", because: takesNoChanges });
  if (isTransient(error)) return errorOf({ reason: "UNAVAILABLE" });
  return unexpected(error, { ...call, requestId: call.header.get("x-request-id") ?? "" });
}
