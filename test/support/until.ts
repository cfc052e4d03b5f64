import { setTimeout as sleep } from "node:timers/promises";

/** Waits until a condition holds, and answers what it came to; fails after ten seconds. */
export async function until<T>(condition: () => Promise<T | undefined | false>): Promise<T> {
  const giveUpAt = performance.now() + 10_000;
  while (performance.now() < giveUpAt) {
    const value = await condition();
    if (value !== undefined && value !== false) return value;
    await sleep(20);
  }
  throw new Error("what was waited for did not come");
}
