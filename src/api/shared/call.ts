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
  return new HandlerCall(app, context);
}

/** A class, because an object with accessors of its own takes ten times as long to make, and every call makes one. */
class HandlerCall implements Call {
  readonly app: App;
  readonly caller: Caller;
  readonly #context: HandlerContext;

  constructor(app: App, context: HandlerContext) {
    this.app = app;
    this.caller = callerOf(context);
    this.#context = context;
  }

  get signal(): AbortSignal {
    return this.#context.signal;
  }

  get departure(): Departure {
    return isDeparture(this.#context) ? this.#context : this.#context.signal;
  }
}

function isDeparture(context: object): context is Departure {
  return "aborted" in context;
}
