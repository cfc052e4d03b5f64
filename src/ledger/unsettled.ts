import { Refused } from "../domain/refusal.ts";
import { NodeDoubted, TurnTaken } from "../store/driver/errors.ts";
import type { Pending, Retry } from "./pending.ts";

/**
 * A command that is to be tried again later: an account of it was locked (taken), its node was lost (lost), or another
 * transaction of its organization has to end first (behind).
 */
export interface Unsettled {
  readonly pending: Pending;
  readonly because: "taken" | "lost" | "behind";
}

const [firstPauseMs, longestPauseMs, patienceMs] = [25, 1_000, 10_000];

export function unsettled(batch: readonly Pending[], because: Unsettled["because"]): readonly Unsettled[] {
  return batch.map((pending) => ({ pending, because }));
}

/** Sets when each command is tried again, and returns those; refuses the ones that have been tried for long enough. */
export function triedAgain(all: readonly Unsettled[], now: number): Pending[] {
  return all.flatMap(({ pending, because }) => {
    const { giveUpAt, ...before } = pending.retry ?? firstRetry(now);
    const lostAt = because === "lost" ? now : before.lostAt;
    // A command whose connection was lost may have been booked.
    const reason = because === "taken" ? before.reason : "UNAVAILABLE";
    if (now > giveUpAt) {
      pending.reject(new Refused({ reason }));
      return [];
    }
    const pauseMs = Math.min(before.pauseMs * 2, longestPauseMs);
    pending.retry = { at: now + pauseMs, pauseMs, giveUpAt, reason, lostAt };
    return pending;
  });
}

function firstRetry(now: number): Retry {
  return {
    at: now,
    pauseMs: firstPauseMs / 2,
    giveUpAt: now + patienceMs,
    reason: "ACCOUNT_BUSY",
    lostAt: undefined,
  };
}

/** Whether nothing was done because another transaction of the organization, or an answer of its node, has to come first. */
export function isBehind(error: unknown): boolean {
  return error instanceof TurnTaken || error instanceof NodeDoubted;
}
