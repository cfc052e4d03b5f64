import type { Pending, Retry } from "./pending.ts";

/** A batch that was settled, with how long its parts took. */
export interface SettledBatch {
  readonly batch: readonly Pending[];
  /** How many operations were decided: those of commands whose locks were free. */
  readonly operations: number;
  /** From when its first command came to when the lane began with the batch. */
  readonly waitMs: number;
  /** From sending its first statements, which may stand behind the COMMIT of the batch before, until it had the locks. */
  readonly lockMs: number;
  /** From sending its last statements until COMMIT was answered; undefined where nothing was written. */
  readonly commitMs: number | undefined;
  /** From when the lane began with the batch until it was done. */
  readonly ms: number;
}

export type RetryCause = "contention" | "connection_lost";

/** Told what happens to batches, for metrics and traces. */
export interface BatchObserver {
  settled(batch: SettledBatch): void;
  /** A batch is tried again at once. */
  retried(cause: RetryCause): void;
  /** A batch was halved, to find the command that fails or waits. */
  split(): void;
  /** A command was put back into the queue: an account was locked (ACCOUNT_BUSY), or its node was lost (UNAVAILABLE). */
  putBack(reason: Retry["reason"]): void;
}

/** The observer of batches that nobody observes. */
export const unobserved: BatchObserver = {
  settled() {},
  retried() {},
  split() {},
  putBack() {},
};
