import type { BalancePoint, GetBalanceHistoryResponse } from "../../../../gen/tallystick/v1/ledger_pb.ts";
import { pixelValue } from "../../money/decimal.ts";
import { dateOf } from "../../words/time.ts";

/** The lines of the chart. In even steps there is one more, so that no dip lies hidden between two points. */
const lines = [
  { name: "posted", label: "Balance", colour: "--good" },
  { name: "held", label: "Held", colour: "--held" },
  { name: "minimumBalance", label: "May go down to", colour: "--bad", isDashed: true },
  { name: "lowestAvailable", label: "Lowest available", colour: "--quiet", isOfStep: true },
] as const;
const linesOfChanges = lines.slice(0, -1);

export function linesOf(isStepped: boolean) {
  return isStepped ? lines : linesOfChanges;
}

/** Where lines run: seconds since 1970, and a height a line; null where nothing is known. */
export type Drawn = [number[], ...(number | null)[][]];

/** The points as pixels want them. What is read of them is their text. */
export function drawn(points: readonly BalancePoint[], isStepped: boolean): Drawn {
  const times = points.map(({ readTime: time }) => (dateOf(time)?.getTime() ?? 0) / 1_000);
  const heights = linesOf(isStepped).map(({ name }) =>
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
