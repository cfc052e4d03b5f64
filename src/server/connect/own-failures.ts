import { type ContextValues, createContextKey, type Interceptor } from "@connectrpc/connect";
import type { Logger } from "pino";
import { methodName } from "../../bounds/method-name.ts";
import { errorInterceptor } from "../../errors/error-interceptor.ts";
import { tellable } from "../../errors/unexpected.ts";
import { loggedCallOf } from "../requests/request-id.ts";

const isOfServiceKey = createContextKey(false, { description: "whether the service itself failed" });

/** Whether a failed call failed before or after the service, by an error that is Connect's own. */
export function isOwnFailure(values: ContextValues): boolean {
  return !values.get(isOfServiceKey);
}

/**
 * Notes where a call fails in the service: its errors say what they mean to say, and are passed on as they are. What is no
 * ConnectError is told here, because Connect keeps its cause to itself.
 */
export function noteFailures(log: Logger): Interceptor {
  return errorInterceptor(({ method, header, contextValues }) => (error) => {
    contextValues.set(isOfServiceKey, true);
    return tellable(error, loggedCallOf(log, header, methodName(method)));
  });
}
