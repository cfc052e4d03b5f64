import { setTimeout as sleep } from "node:timers/promises";
import { Refused } from "../domain/refusal.ts";
import { isConnectionLoss, isContention } from "./errors.ts";

/** How long is tried where the caller set no deadline, in milliseconds. */
const patienceMs = 10_000;
const firstPauseMs = 5;
const longestPauseMs = 500;

/**
 * Tries again after contention and after a lost connection, with pauses that grow, until the caller's deadline. Then
 * refuses with UNAVAILABLE: whatever was asked may still be done by a retry with the same key. `attempt` runs again
 * from its beginning, so it must be safe to run twice; it is told what ended the run before.
 */
export async function retrying<T>(
  attempt: (before: unknown) => Promise<T>,
  options: { signal?: AbortSignal | undefined; random?: () => number } = {},
): Promise<T> {
  const { signal, random = Math.random } = options;
  const giveUpAt = performance.now() + patienceMs;
  let before: unknown;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      return await attempt(before);
    } catch (error) {
      signal?.throwIfAborted();
      if (!isContention(error) && !isConnectionLoss(error)) throw error;
      if (performance.now() > giveUpAt) throw new Refused({ reason: "UNAVAILABLE" });
      before = error;
    }
    await sleep(pauseMs * (0.5 + random() / 2), undefined, { signal });
  }
}
