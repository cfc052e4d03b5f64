import type { ContextValues, Interceptor } from "@connectrpc/connect";
import type { Authenticator } from "../../auth/authenticator.ts";
import { setCaller } from "../../auth/caller.ts";

/** Lets only known callers reach a handler; the services that say nothing about anyone are open. */
export function authenticationInterceptor(
  authenticator: Authenticator,
  openServices: ReadonlySet<string>,
  peerAddressOf: (values: ContextValues) => string,
): Interceptor {
  return (next) => async (request) => {
    if (!openServices.has(request.service.typeName)) {
      const { contextValues, header } = request;
      const address = peerAddressOf(contextValues);
      setCaller(contextValues, await authenticator.authenticate(header.get("authorization"), address));
    }
    return next(request);
  };
}
