import { mapNonEmpty } from "../domain/non-empty.ts";
import type { Verdict } from "../domain/verdict.ts";
import type { Doubt, Pending } from "./pending.ts";

/** A verdict in which nothing is marked as a replay that the caller's own earlier attempt did, whose COMMIT was not answered. */
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

/** Notes, for each command of a batch, that the attempt of this moment may have been committed. */
export function doubt(batch: readonly Pending[], at: Date): void {
  const shared = { moments: new Set<number>(), claimed: new Set<string>() };
  for (const pending of batch) {
    pending.doubt ??= shared;
    pending.doubt.moments.add(at.getTime());
  }
}
