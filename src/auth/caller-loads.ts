import { type ContextValues, createContextKey } from "@connectrpc/connect";
import { boundedMap } from "../bounds/bounded-map.ts";
import type { CallerLimits } from "../bounds/caller-limits.ts";
import { Refused } from "../domain/refusal.ts";

/** How many callers are known at once; of the one that has not called for longest it is forgotten how much it has asked for. */
const callersMax = 10_000;

/** Streams of one caller at once: each may go on for half a minute, and answers as much as thousands of reads. */
const streamsMax = 8;

/** What a call counts for: one that changes something, one that only reads, one that answers by a stream. */
export type CallKind = "change" | "read" | "stream";

/** Calls of one caller that have begun and not ended. */
interface Running {
  calls: number;
}

/** What one caller asks for. */
interface Load {
  readonly running: Readonly<Record<CallKind, Running>>;
  /** When it may ask for a whole burst again: all that a bucket of tokens would say. */
  wholeAt: number;
}

const runningKey = createContextKey<Running | undefined>(undefined, {
  description: "what a call counts for",
});
/** Of a call that had ended before it was known who makes it. */
const over: Running = { calls: 0 };

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
  begin(values: ContextValues, actor: string, kind: CallKind): void {
    if (values.get(runningKey) === over) return;
    const load = this.loads.get(actor) ?? this.meet(actor);
    const running = load.running[kind];
    if (running.calls >= (kind === "stream" ? streamsMax : this.limits.callsMax)) {
      this.refused.atOnce += 1;
      throw new Refused({ reason: "TOO_MANY_CALLS_AT_ONCE" });
    }
    this.spend(load);
    running.calls += 1;
    values.set(runningKey, running);
  }

  /** Called once for each call when it ends, also for those that never began here. */
  ended({ values }: { readonly values: ContextValues | undefined }): void {
    const running = values?.get(runningKey);
    if (running === undefined) values?.set(runningKey, over);
    else running.calls -= 1;
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
    const load = { running: { change: { calls: 0 }, read: { calls: 0 }, stream: { calls: 0 } }, wholeAt: 0 };
    this.loads.set(actor, load);
    return load;
  }
}
