import { partOf } from "./part.ts";

/** What of changes may wait for the database at once, and for how long. */
export interface QueueBounds {
  /** That wait, or are in a batch and may have to wait again. */
  readonly commandsMax: number;
  readonly bytesMax: number;
  /** What was never tried and has waited for so long is refused. */
  readonly waitMsMax: number;
}

export const defaultQueueBounds: QueueBounds = {
  commandsMax: 10_000,
  bytesMax: 64 * 1024 * 1024,
  waitMsMax: 20_000,
};

/** Of which one organization alone may have half, in which two of the largest requests find room. */
export const leastQueueBounds = { commandsMax: 4_000, bytesMax: 32 * 1024 * 1024 };

/** The bounds of one of so many processes, so that they hold of all together where each has enough for the largest requests. */
export function queueBoundsOfOne(bounds: QueueBounds, processes: number): QueueBounds {
  const ofOne = (name: keyof typeof leastQueueBounds) =>
    Math.min(bounds[name], Math.max(leastQueueBounds[name], partOf(bounds[name], processes)));
  return { commandsMax: ofOne("commandsMax"), bytesMax: ofOne("bytesMax"), waitMsMax: bounds.waitMsMax };
}
