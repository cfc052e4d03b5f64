import { setTimeout as sleep } from "node:timers/promises";
import { Refused } from "../domain/refusal.ts";
import { isTransient } from "./driver/errors.ts";

/** How long is tried at the most, whatever the caller's deadline, in milliseconds. */
const patienceMs = 10_000;
const firstPauseMs = 5;
const longestPauseMs = 500;

/**
 * Tries again after contention, a lost connection, and in states of the server that pass, with pauses that grow. When the signal aborts, throws its
 * reason; after `patienceMs` refuses with UNAVAILABLE: whatever was asked may still be done by a retry with the same
 * key. `attempt` runs again from its beginning, so it must be safe to run twice.
 */
export async function retrying<T>(
  attempt: () => Promise<T>,
  options: { signal?: AbortSignal | undefined; random?: () => number } = {},
): Promise<T> {
  const { signal, random = Math.random } = options;
  const giveUpAt = performance.now() + patienceMs;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      return await attempt();
    } catch (error) {
      signal?.throwIfAborted();
      if (!isTransient(error)) throw error;
      if (performance.now() > giveUpAt) throw new Refused({ reason: "UNAVAILABLE" });
    }
    await sleep(pauseMs * (0.5 + random() / 2), undefined, { signal }).catch(() => signal?.throwIfAborted());
  }
}

/**
 * Creates a row as `retrying` does. What an attempt before has made, though its answer was lost, is found by `made` and
 * not made twice.
 */
export function creating<T>(
  steps: { create: () => Promise<T>; made: () => Promise<T | undefined> },
  signal?: AbortSignal,
): Promise<T> {
  let isRetry = false;
  return retrying(
    async () => {
      const made = isRetry ? await steps.made() : undefined;
      isRetry = true;
      return made ?? steps.create();
    },
    { signal },
  );
}
