import type { HandlerContext } from "@connectrpc/connect";
import type { App } from "../../app.ts";
import { type Caller, callerOf } from "../../auth/caller.ts";
import type { Departure } from "../../ledger/queue.ts";

/** What a handler works with. */
export interface Call {
  readonly app: App;
  readonly caller: Caller;
  /** Ends with the caller's deadline. Some contexts make it when it is first asked for. */
  readonly signal: AbortSignal;
  /** The same as a question, which costs nothing. */
  readonly departure: Departure;
}

export function callOf(app: App, context: HandlerContext): Call {
  return {
    app,
    caller: callerOf(context),
    get signal() {
      return context.signal;
    },
    get departure() {
      return isDeparture(context) ? context : context.signal;
    },
  };
}

function isDeparture(context: object): context is Departure {
  return "aborted" in context;
}
