import { setTimeout as sleep } from "node:timers/promises";
import type { Departure } from "../../../bounds/departure.ts";
import { Refused } from "../../../domain/refusal.ts";
import { isConnectionLoss, isContention, isLockTimeout } from "../errors.ts";
import type { Nodes } from "../nodes/node-watch.ts";

/** How long is tried at the most, whatever the caller's deadline, in milliseconds. */
const patienceMs = 10_000;
const firstPauseMs = 5;
const longestPauseMs = 500;

interface Retrying {
  readonly departure?: Departure | undefined;
  readonly random?: () => number;
  /** What is thrown at once, though trying again might help. */
  readonly isFinal?: (error: unknown) => boolean;
}

const nothing: Retrying = {};

/**
 * Tries again after contention and after a lost connection, with pauses that grow. Once the asker has gone, throws why;
 * after `patienceMs` refuses with UNAVAILABLE, or ACCOUNT_BUSY where a lock was waited for: whatever was asked may still
 * be done by a retry with the same key.
 * `attempt` runs again from its beginning, so it must be safe to run twice, and must take its connection anew.
 */
export function retrying<T>(attempt: () => Promise<T>, options: Retrying = nothing): Promise<T> {
  const giveUpAt = performance.now() + patienceMs;
  // Nearly every call needs one attempt, and each async function on its way costs it half a kilobyte.
  return attempt().catch((error: unknown) => tryAgain(error, { attempt, giveUpAt, ...options }));
}

/** The same for what is one organization's: refuses with UNAVAILABLE, without an attempt, while its node is away. */
export function retryingFor<T>(
  { nodes }: { readonly nodes: Nodes },
  orgId: string,
  attempt: () => Promise<T>,
): Promise<T> {
  return retrying(() => (nodes.areAllThere ? attempt() : nodes.requireFor(orgId).then(attempt)));
}

async function tryAgain<T>(
  failure: unknown,
  of: Retrying & { readonly attempt: () => Promise<T>; readonly giveUpAt: number },
): Promise<T> {
  const { attempt, giveUpAt, departure, random = Math.random, isFinal = () => false } = of;
  let error = failure;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    if (departure?.aborted) throw departure.reason;
    if (isFinal(error) || !(isContention(error) || isConnectionLoss(error))) throw error;
    if (performance.now() > giveUpAt)
      throw new Refused({ reason: isLockTimeout(error) ? "ACCOUNT_BUSY" : "UNAVAILABLE" });
    await sleep(pauseMs * (0.5 + random() / 2));
    if (departure?.aborted) throw departure.reason;
    try {
      return await attempt();
    } catch (thrown) {
      error = thrown;
    }
  }
}
