import { Code, type ContextValues, createContextKey } from "@connectrpc/connect";
import { boundedMap } from "../bounds/bounded-map.ts";
import type { CallerLimits } from "../bounds/caller-limits.ts";
import { Refused } from "../domain/refusal.ts";
import { Allowance } from "./allowance.ts";

/** How many callers are known at once; of the one that has not called for longest it is forgotten how much it has asked for. */
const callersMax = 10_000;

/** What one caller asks for. */
interface Load {
  readonly changes: Allowance;
  readonly reads: Allowance;
  /** When it may ask for a whole burst again: all that a bucket of tokens would say. */
  wholeAt: number;
}

/** A call, as far as it is counted. */
interface Counted {
  readonly actor: string;
  readonly isRead: boolean;
  /** How long its caller waits; undefined for as long as it takes. */
  readonly timeoutMs: number | undefined;
}

interface Ended {
  readonly code: Code | 0;
  readonly durationMs: number;
  readonly values: ContextValues | undefined;
}

const allowanceKey = createContextKey<Allowance | undefined>(undefined, {
  description: "what a call counts for",
});
const timeoutKey = createContextKey<number | undefined>(undefined, {
  description: "how long its caller waits",
});
/** Of a call that had ended before it was known who makes it. */
const over = new Allowance(0);
/** Who leaves after so much of its time has not changed its mind, but has seen the end of it before this process did. */
const lateFrom = 0.8;

/**
 * Bounds how much each caller asks for: calls at once, so that it goes on reading when its changes are too many, and calls a
 * second where that is wished. A call counts from when it is known who makes it until it ends.
 */
export class CallerLoads {
  /** Calls that were refused, by why. */
  readonly refused = { atOnce: 0, tooOften: 0 };
  private readonly loads = boundedMap<Load>(callersMax);

  constructor(
    private readonly limits: CallerLimits,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Counts a call of a caller. @throws Refused where it asks for too much; then nothing is counted. */
  begin(values: ContextValues, { actor, isRead, timeoutMs }: Counted): void {
    if (values.get(allowanceKey) === over) return;
    const load = this.loads.get(actor) ?? this.meet(actor);
    const allowance = isRead ? load.reads : load.changes;
    if (allowance.isUsedUp) {
      this.refused.atOnce += 1;
      throw new Refused({ reason: "TOO_MANY_CALLS_AT_ONCE" });
    }
    this.spend(load);
    allowance.calls += 1;
    values.set(allowanceKey, allowance);
    if (timeoutMs !== undefined) values.set(timeoutKey, timeoutMs);
  }

  /** Called once for each call when it ends, also for those that never began here. */
  ended(call: Ended): void {
    const allowance = call.values?.get(allowanceKey);
    if (allowance === undefined) call.values?.set(allowanceKey, over);
    else if (isLate(call)) allowance.late();
    else allowance.inTime();
  }

  private spend(load: Load): void {
    const { rate } = this.limits;
    if (rate === undefined) return;
    const now = this.now();
    const callMs = 1_000 / rate.perSecond;
    const wholeAt = Math.max(load.wholeAt, now) + callMs;
    const waitMs = wholeAt - now - rate.burst * callMs;
    // What fractions of a millisecond come to is nobody's fault.
    if (waitMs > 1e-6) {
      this.refused.tooOften += 1;
      throw new Refused({ reason: "TOO_MANY_CALLS_A_SECOND", retryAfterMs: Math.ceil(waitMs) });
    }
    load.wholeAt = wholeAt;
  }

  private meet(actor: string): Load {
    const { callsMax } = this.limits;
    const load = { changes: new Allowance(callsMax), reads: new Allowance(callsMax), wholeAt: 0 };
    this.loads.set(actor, load);
    return load;
  }
}

function isLate({ code, durationMs, values }: Ended): boolean {
  if (code === Code.DeadlineExceeded) return true;
  if (code !== Code.Canceled) return false;
  const timeoutMs = values?.get(timeoutKey);
  return timeoutMs !== undefined && durationMs >= lateFrom * timeoutMs;
}
