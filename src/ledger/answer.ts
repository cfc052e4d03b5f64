import { ownAnswer } from "./doubt.ts";
import type { Pending } from "./pending.ts";
import type { Settled } from "./settlement.ts";

/** The commands whose callers still wait. The others are rejected: nothing is booked for them any more. */
export function withoutTheGone(batch: readonly Pending[]): readonly Pending[] {
  return batch.filter((pending) => {
    const { departure } = pending;
    if (departure?.aborted) pending.reject(departure.reason);
    return !departure?.aborted;
  });
}

/** Answers the caller of a command, unless it is to be tried again. */
export function answer(pending: Pending, settled: Settled | undefined): void {
  if (settled === "taken") return;
  if (settled === undefined) pending.reject(new Error("a command was left without a verdict"));
  else pending.resolve(settled.outcome === "settled" ? settled : ownAnswer(settled, pending.doubt));
}
