import type { UniversalHandler } from "@connectrpc/connect/protocol";
import { createScreen, type Screen } from "../connect/screen.ts";
import type { Limits } from "../limits.ts";
import { openServices, requestBytesMaxOf } from "../operations/open-services.ts";

/** A method, as it is called over Connect's protocols. */
export interface Endpoint {
  readonly handler: UniversalHandler;
  /** Whether its request may go on for as long as the client likes. */
  readonly takesStream: boolean;
  /** Whether everybody may open it, and keep it open. */
  readonly isOpenStream: boolean;
  /** Whether it answers by a stream, and not for as long as the client likes. */
  readonly mayLast: boolean;
  readonly screen: Screen;
}

export function endpointOf(handler: UniversalHandler, limits: Limits): Endpoint {
  const { method, service } = handler;
  const isOpenStream = method.methodKind !== "unary" && openServices.has(service.typeName);
  return {
    handler,
    takesStream: method.methodKind === "client_streaming" || method.methodKind === "bidi_streaming",
    isOpenStream,
    mayLast: method.methodKind === "server_streaming" && !isOpenStream,
    screen: createScreen(method, requestBytesMaxOf(service, limits)),
  };
}
