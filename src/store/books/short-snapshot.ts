import { setTimeout as sleep } from "node:timers/promises";
import { Refused } from "../../domain/refusal.ts";
import { snapshotBytesMax } from "./change-cursor.ts";
import { type Snapshot, writeSnapshot } from "./snapshot.ts";
import { VarintWriter } from "./varints.ts";

const attemptsMax = 40;
const pauseMs = 250;

/**
 * What is seen with a snapshot that fits into a token: while thousands of transactions run none does, and it waits for a
 * shorter one.
 */
export async function whileShort<T extends { readonly snapshot: Snapshot }>(
  look: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const seen = await look();
    if (fits(seen.snapshot)) return seen;
    if (attempt === attemptsMax) throw new Refused({ reason: "UNAVAILABLE" });
    await sleep(pauseMs, undefined, { signal });
  }
}

function fits(snapshot: Snapshot): boolean {
  const writer = new VarintWriter();
  writeSnapshot(writer, snapshot);
  return writer.done().length <= snapshotBytesMax;
}
