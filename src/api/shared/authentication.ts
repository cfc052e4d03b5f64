import type { Interceptor } from "@connectrpc/connect";
import type { Authenticator } from "../../auth/authenticator.ts";
import { setCaller } from "../../auth/caller.ts";

/** Lets only known callers reach a handler; the services that say nothing about anyone are open. */
export function authenticationInterceptor(
  authenticator: Authenticator,
  openServices: ReadonlySet<string>,
): Interceptor {
  return (next) => async (request) => {
    if (!openServices.has(request.service.typeName)) {
      setCaller(request.contextValues, await authenticator.authenticate(request.header.get("authorization")));
    }
    return next(request);
  };
}
