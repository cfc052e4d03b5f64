import type { Verdict } from "../domain/command.ts";
import { mapNonEmpty } from "../domain/non-empty.ts";
import type { Doubt, Pending } from "./pending.ts";

/** A verdict without the replays of what its own callers did, in an attempt whose COMMIT was not answered. */
export function ownAnswer(verdict: Verdict, doubt: Doubt | undefined): Verdict {
  if (doubt === undefined || verdict.outcome === "refused") return verdict;
  const receipts = mapNonEmpty(verdict.receipts, (receipt) => {
    const { id, createdAt } = receipt.recorded;
    const isOwn = receipt.replay && doubt.moments.has(createdAt.getTime()) && !doubt.claimed.has(id);
    if (isOwn) doubt.claimed.add(id);
    return isOwn ? { ...receipt, replay: false } : receipt;
  });
  return { outcome: "done", receipts };
}

/** Notes of each of a batch that the attempt at a moment may have been committed. */
export function doubt(batch: readonly Pending[], at: Date): void {
  const shared = { moments: new Set<number>(), claimed: new Set<string>() };
  for (const pending of batch) {
    pending.doubt ??= shared;
    pending.doubt.moments.add(at.getTime());
  }
}
