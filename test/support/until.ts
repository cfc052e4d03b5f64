import { setTimeout as sleep } from "node:timers/promises";

/** Waits until a condition holds, and answers what it came to; fails after twenty seconds, or as many as are said. */
export async function until<T>(
  condition: () => Promise<T | undefined | false>,
  patienceMs = 20_000,
): Promise<T> {
  const giveUpAt = performance.now() + patienceMs;
  while (performance.now() < giveUpAt) {
    const value = await condition();
    if (value !== undefined && value !== false) return value;
    await sleep(20);
  }
  throw new Error("what was waited for did not come");
}
