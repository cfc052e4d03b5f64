/** What came, newest first, however long one looks: a bounded number of rows. */
export interface Feed<Row> {
  readonly shown: readonly Row[];
  /** What came while it was paused. */
  readonly waiting: readonly Row[];
  /** How many came while it was paused, those that are not kept among them. */
  readonly waitingCount: number;
  /** How many came in all. */
  readonly count: number;
}

/** Rows that are kept of each. */
export const rowsMax = 200;

export const emptyFeed = { shown: [], waiting: [], waitingCount: 0, count: 0 } as const;

/** @param came in the order in which they came */
export function withNew<Row>(feed: Feed<Row>, came: readonly Row[], isPaused: boolean): Feed<Row> {
  if (came.length === 0) return feed;
  const count = feed.count + came.length;
  const newest = came.toReversed();
  if (!isPaused) return { ...feed, count, shown: [...newest, ...feed.shown].slice(0, rowsMax) };
  const waiting = [...newest, ...feed.waiting].slice(0, rowsMax);
  return { ...feed, count, waiting, waitingCount: feed.waitingCount + came.length };
}

/** Shows what has waited. */
export function resumed<Row>(feed: Feed<Row>): Feed<Row> {
  const shown = [...feed.waiting, ...feed.shown].slice(0, rowsMax);
  return { ...feed, shown, waiting: [], waitingCount: 0 };
}

const pauses = { leastMs: 1_000, mostMs: 15_000 } as const;

/**
 * How long to wait before it is asked again: shorter while something comes, longer and longer while nothing does.
 *
 * @param lastMs the pause before
 */
export function nextPauseMs(
  lastMs: number,
  answered: { readonly rows: number; readonly isFull: boolean },
): number {
  if (answered.isFull) return 0;
  if (answered.rows > 0) return pauses.leastMs;
  return Math.min(Math.max(lastMs * 1.5, pauses.leastMs), pauses.mostMs);
}
