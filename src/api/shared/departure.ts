import type { HandlerContext } from "@connectrpc/connect";
import type { Departure } from "../../bounds/departure.ts";

/** When the caller of a call has gone, and until when it waits. */
export function departureOf(context: HandlerContext): Departure {
  return isDeparture(context) ? context : new SignalledDeparture(context);
}

function isDeparture(context: object): context is Departure {
  return "aborted" in context;
}

/** A signal does not tell how much time is left. */
class SignalledDeparture implements Departure {
  readonly timeoutMs: () => number | undefined;
  private readonly signal: AbortSignal;

  constructor({ signal, timeoutMs }: HandlerContext) {
    this.signal = signal;
    this.timeoutMs = timeoutMs;
  }

  get aborted(): boolean {
    return this.signal.aborted;
  }

  get reason(): unknown {
    return this.signal.reason;
  }

  addEventListener(...listening: Parameters<AbortSignal["addEventListener"]>): void {
    this.signal.addEventListener(...listening);
  }

  removeEventListener(...listening: Parameters<AbortSignal["removeEventListener"]>): void {
    this.signal.removeEventListener(...listening);
  }
}
