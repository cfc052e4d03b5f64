import type { HandlerContext } from "@connectrpc/connect";
import type { Departure } from "../../bounds/departure.ts";

/** When the caller of a call has gone, and until when it waits. */
export function departureOf(context: HandlerContext): Departure {
  return isDeparture(context) ? context : withDeadline(context);
}

function isDeparture(context: object): context is Departure {
  return "aborted" in context;
}

/** A signal does not tell how much time is left. */
function withDeadline({ signal, timeoutMs }: HandlerContext): Departure {
  return {
    get aborted() {
      return signal.aborted;
    },
    get reason(): unknown {
      return signal.reason;
    },
    timeoutMs,
    addEventListener: signal.addEventListener.bind(signal),
    removeEventListener: signal.removeEventListener.bind(signal),
  };
}
