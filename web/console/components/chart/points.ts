import type { BalancePoint, GetBalanceHistoryResponse } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { pixelValue } from "../../money/decimal.ts";
import { dateOf } from "../../words/time.ts";

/** What lines of the chart are of. */
const lines = ["posted", "held", "minimumBalance"] as const;

/** Where lines run: seconds since 1970, and a height a line; null where nothing is known. */
export type Drawn = [number[], ...(number | null)[][]];

/** The points as pixels want them. What is read of them is their text. */
export function drawn(points: readonly BalancePoint[]): Drawn {
  const times = points.map(({ readTime: time }) => (dateOf(time)?.getTime() ?? 0) / 1_000);
  const heights = lines.map((name) =>
    points.map(({ [name]: text }) => (text === "" ? null : pixelValue(text))),
  );
  return [times, ...heights];
}

/** The last point at or before a moment, which says what was so then; the first one where none is. */
export function pointAt(points: readonly BalancePoint[], at: Date): number {
  const index = points.findLastIndex(({ readTime: time }) => (dateOf(time)?.getTime() ?? 0) <= at.getTime());
  return Math.max(index, 0);
}

/**
 * From when on there is something to see: a little before the first change, where each has a point; undefined where the whole period is
 * to be seen.
 */
export function firstSeen({
  points,
  step,
}: Pick<GetBalanceHistoryResponse, "points" | "step">): Date | undefined {
  const [, change, ...more] = points.map(({ readTime }) => dateOf(readTime)?.getTime() ?? 0);
  const end = more.at(-1);
  if (step !== undefined || change === undefined || end === undefined) return undefined;
  return new Date(change - (end - change) / 10);
}
