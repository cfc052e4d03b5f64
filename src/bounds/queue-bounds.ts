import { partOf } from "./part.ts";

/** How many commands may wait for the database at once, and for how long. */
export interface QueueBounds {
  /** Commands that wait, or are in a batch and may have to wait again. */
  readonly commandsMax: number;
  readonly bytesMax: number;
  /** A command that has waited for so long and was never tried is refused. */
  readonly waitMsMax: number;
}

export const defaultQueueBounds: QueueBounds = {
  commandsMax: 10_000,
  bytesMax: 64 * 1024 * 1024,
  waitMsMax: 20_000,
};

/** The least that a process needs: one organization alone may have half of it, which has room for two of the largest requests. */
export const leastQueueBounds = { commandsMax: 4_000, bytesMax: 32 * 1024 * 1024 };

/** The part of the bounds that one of several processes applies, but never less than the largest requests need. */
export function queueBoundsOfOne(bounds: QueueBounds, processes: number): QueueBounds {
  const ofOne = (name: keyof typeof leastQueueBounds) =>
    Math.min(bounds[name], Math.max(leastQueueBounds[name], partOf(bounds[name], processes)));
  return { commandsMax: ofOne("commandsMax"), bytesMax: ofOne("bytesMax"), waitMsMax: bounds.waitMsMax };
}
