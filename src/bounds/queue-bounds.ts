import { partOf } from "./part.ts";

/** What of changes may wait for the database at once, and for how long. */
export interface QueueBounds {
  readonly commandsMax: number;
  readonly bytesMax: number;
  /** What was never tried and has waited for so long is refused. */
  readonly waitMsMax: number;
}

export const defaultQueueBounds: QueueBounds = {
  commandsMax: 10_000,
  bytesMax: 64 * 1024 * 1024,
  waitMsMax: 10_000,
};

/** One of the largest requests needs so much, and an organization alone may have half. */
export const leastQueueBounds = { commandsMax: 2_000, bytesMax: 32 * 1024 * 1024 };

/** The bounds of one of so many processes, so that they hold of all together where each has enough for one of the largest requests. */
export function queueBoundsOfOne(bounds: QueueBounds, processes: number): QueueBounds {
  const ofOne = (name: keyof typeof leastQueueBounds) =>
    Math.min(bounds[name], Math.max(leastQueueBounds[name], partOf(bounds[name], processes)));
  return { commandsMax: ofOne("commandsMax"), bytesMax: ofOne("bytesMax"), waitMsMax: bounds.waitMsMax };
}
