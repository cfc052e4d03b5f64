import { setTimeout as sleep } from "node:timers/promises";

const dayMs = 24 * 3_600_000;
/** More than a test takes that goes by days or months, on a busy machine, too. */
const testMsMax = 30_000;

/** Waits for the next day (UTC) where this one is about to end, for what is booked in one month and looked for in the next is not found. */
export async function awayFromMidnight(): Promise<void> {
  const leftMs = dayMs - (Date.now() % dayMs);
  if (leftMs < testMsMax) await sleep(leftMs);
}
