import { setImmediate } from "node:timers/promises";

/** What a piece of a body counts as at least, for that is what it costs to take one. */
export const pieceBytesMin = 1024;
/** How much of all bodies is taken before everybody else is served. */
const roundBytesMax = 1024 * 1024;

let roundBytes = 0;

/**
 * Counts a piece of a body that was taken. Where many have been, it resolves when everybody else has been served, and until
 * then no more is to be taken: of a fast sender's socket 2 MiB are read in one go, and of many of them all that there is.
 */
export function nextRound(bytes: number): Promise<void> | undefined {
  if (roundBytes === 0) endRound();
  roundBytes += Math.max(bytes, pieceBytesMin);
  return roundBytes > roundBytesMax ? setImmediate() : undefined;
}

async function endRound(): Promise<void> {
  await setImmediate();
  roundBytes = 0;
}
