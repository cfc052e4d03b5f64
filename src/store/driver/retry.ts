import { setTimeout as sleep } from "node:timers/promises";
import type { Departure } from "../../bounds/departure.ts";
import { Refused } from "../../domain/refusal.ts";
import { isConnectionLoss, isContention, isLockTimeout } from "./errors.ts";

/** How long is tried at the most, whatever the caller's deadline, in milliseconds. */
const patienceMs = 10_000;
const firstPauseMs = 5;
const longestPauseMs = 500;

/**
 * Tries again after contention and after a lost connection, with pauses that grow. Once the asker has gone, throws why;
 * after `patienceMs` refuses with UNAVAILABLE, or ACCOUNT_BUSY where a lock was waited for: whatever was asked may still
 * be done by a retry with the same key.
 * `attempt` runs again from its beginning, so it must be safe to run twice, and must take its connection anew.
 */
export async function retrying<T>(
  attempt: () => Promise<T>,
  options: {
    departure?: Departure | undefined;
    random?: () => number;
    /** What is thrown at once, though trying again might help. */
    isFinal?: (error: unknown) => boolean;
  } = {},
): Promise<T> {
  const { departure, random = Math.random, isFinal = () => false } = options;
  const giveUpAt = performance.now() + patienceMs;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      return await attempt();
    } catch (error) {
      if (departure?.aborted) throw departure.reason;
      if (isFinal(error) || !(isContention(error) || isConnectionLoss(error))) throw error;
      if (performance.now() > giveUpAt)
        throw new Refused({ reason: isLockTimeout(error) ? "ACCOUNT_BUSY" : "UNAVAILABLE" });
    }
    await sleep(pauseMs * (0.5 + random() / 2));
    if (departure?.aborted) throw departure.reason;
  }
}
