import type { HandlerContext } from "@connectrpc/connect";
import type { App } from "../../app.ts";
import { type Caller, callerOf } from "../../auth/caller.ts";

/** What a handler works with: the app, who is calling, and the signal that ends with the caller's deadline. */
export interface Call {
  readonly app: App;
  readonly caller: Caller;
  readonly signal: AbortSignal;
}

export function callOf(app: App, context: HandlerContext): Call {
  return { app, caller: callerOf(context), signal: context.signal };
}
