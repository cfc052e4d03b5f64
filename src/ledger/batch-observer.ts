import type { Pending, Retry } from "./pending.ts";

/** A batch whose attempt came to its end. */
export interface SettledBatch {
  readonly batch: readonly Pending[];
  /** How many operations were decided, of those whose locks were free. */
  readonly operations: number;
  /** From when the first of it came to its turn on its lane. */
  readonly waitMs: number;
  /** From when its first statements were sent, behind the COMMIT before it on its lane, to the answer that has the locks. */
  readonly lockMs: number;
  /** From when its last statements were sent to the answer to COMMIT; undefined where nothing was to be written. */
  readonly commitMs: number | undefined;
  /** From its turn on its lane to its end. */
  readonly ms: number;
}

export type RetryCause = "contention" | "connection_lost";

/** Is told what happens to batches. */
export interface BatchObserver {
  settled(batch: SettledBatch): void;
  /** A batch is tried again at once. */
  retried(cause: RetryCause): void;
  /** A batch was halved, to find the one that fails or waits. */
  split(): void;
  /** A command waits in the queue again, because an account was locked (ACCOUNT_BUSY), or its node lost (UNAVAILABLE). */
  putBack(reason: Retry["reason"]): void;
}

/** Of batches that nobody observes. */
export const unobserved: BatchObserver = {
  settled() {},
  retried() {},
  split() {},
  putBack() {},
};
