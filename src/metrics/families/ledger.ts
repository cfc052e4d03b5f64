import type { BatchCounts } from "../counts/batch-counts.ts";
import { counter, counters, type Family, gauge, histogram } from "../family.ts";

export interface LedgerFigures {
  readonly counts: BatchCounts;
  /** Why operations were refused. */
  readonly refusals: () => Iterable<readonly [reason: string, count: number]>;
  readonly now: () => {
    readonly queue: { readonly commands: number; readonly bytes: number; readonly oldestMs: number };
    readonly lanes: { readonly all: number; readonly busy: number };
  };
}

export function ledgerFamilies({ counts, refusals, now }: LedgerFigures): Family[] {
  return [
    histogram(
      { name: "tallystick_batch_operations", help: "Operations of a batch that were decided together." },
      counts.operations,
    ),
    histogram(
      {
        name: "tallystick_batch_duration_seconds",
        help: "From a batch's turn on its lane to the answer to its COMMIT.",
      },
      counts.seconds,
    ),
    histogram(
      {
        name: "tallystick_queue_wait_seconds",
        help: "How long the first of a batch had waited for its turn on a lane, from when it came.",
      },
      counts.waitSeconds,
    ),
    histogram(
      {
        name: "tallystick_batch_lock_seconds",
        help: "From the statement that locks a batch's accounts to its answer, which waits for locks and for the COMMIT before it on its lane.",
      },
      counts.lockSeconds,
    ),
    histogram(
      {
        name: "tallystick_batch_commit_seconds",
        help: "From a batch's last statements to the answer to its COMMIT: to when it is on disk.",
      },
      counts.commitSeconds,
    ),
    counters(
      {
        name: "tallystick_batch_retries_total",
        help: "Batches that were tried again, by why: contention or connection_lost.",
        label: "cause",
        names: ["contention", "connection_lost"],
      },
      () => counts.retries.counts,
    ),
    counter(
      {
        name: "tallystick_batch_splits_total",
        help: "Batches that were halved, to find the command that fails or waits for a lock.",
      },
      () => counts.splits,
    ),
    counters(
      {
        name: "tallystick_commands_put_back_total",
        help: "Commands that had to wait again: their account was locked (ACCOUNT_BUSY) or their node lost (UNAVAILABLE).",
        label: "reason",
        names: ["ACCOUNT_BUSY", "UNAVAILABLE"],
      },
      () => counts.putBacks.counts,
    ),
    counters(
      {
        name: "tallystick_refusals_total",
        help: "Operations that the ledger refused, each of a batch by itself, by reason; without dry runs.",
        label: "reason",
        names: [],
      },
      refusals,
    ),
    gauge(
      { name: "tallystick_queue_commands", help: "Commands that wait for a batch." },
      () => now().queue.commands,
    ),
    gauge(
      { name: "tallystick_queue_bytes", help: "What they take in memory, as the queue's bound counts it." },
      () => now().queue.bytes,
    ),
    gauge(
      {
        name: "tallystick_queue_oldest_seconds",
        help: "How long the oldest of them has waited; 0 where none waits.",
        together: "max",
      },
      () => now().queue.oldestMs / 1_000,
    ),
    gauge(
      { name: "tallystick_lanes", help: "Lanes, on each of which a batch may run." },
      () => now().lanes.all,
    ),
    gauge({ name: "tallystick_lanes_busy", help: "Lanes on which a batch runs." }, () => now().lanes.busy),
  ];
}
