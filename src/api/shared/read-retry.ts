import { MethodOptions_IdempotencyLevel } from "@bufbuild/protobuf/wkt";
import type { Interceptor } from "@connectrpc/connect";
import { retrying } from "../../store/retry.ts";

/** Runs a read again, inside its deadline, when the connection to the database was lost under it. */
export const readRetryInterceptor: Interceptor = (next) => async (request) => {
  const isRead = request.method.idempotency === MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS;
  if (request.stream || !isRead) return next(request);
  return retrying(() => next(request), { signal: request.signal });
};
