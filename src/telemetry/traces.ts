import type { BatchObserver, SettledBatch } from "../ledger/batch-observer.ts";
import type { SpanFigures } from "../metrics/families/traces.ts";
import type { CallEnd, CallObserver } from "../server/calls.ts";
import type { Admit, Arrival } from "../server/requests/admission.ts";

/** The spans of calls and of their batches, and where they go. */
export interface Traces extends CallObserver {
  /** Called when a call comes in, before it is admitted. */
  begin(arrival: Arrival): void;
  /** Called before the callers of a batch have their answers. */
  settled(batch: SettledBatch): void;
  /** Of the trace that a call is part of. */
  traceIdOf(call: CallEnd): string | undefined;
  /** How many spans there were since the start. */
  figures(): SpanFigures;
  /** Sends what has ended, as far as that goes within seconds. */
  stop(): Promise<void>;
}

/** The same admission of calls that have spans. */
export function tracedAdmission(admit: Admit, traces: Traces): Admit {
  return (arrival) => {
    traces.begin(arrival);
    return admit(arrival);
  };
}

/** Has batches counted, and traced, too. */
export function observedBy(counts: BatchObserver, traces: Traces): BatchObserver {
  return {
    settled(batch) {
      counts.settled(batch);
      traces.settled(batch);
    },
    retried: (cause) => counts.retried(cause),
    split: () => counts.split(),
    putBack: (reason) => counts.putBack(reason),
  };
}
