import type { Stretch } from "../load/driver.ts";
import { median, medianInterval, ratioOf } from "../statistics.ts";
import { alignedTable, digits } from "../table.ts";
import type { Stretches } from "../turns.ts";

/** What is read off the stretches of both sides; everything but a rate is better when it is less. */
const figures: Readonly<Record<string, (stretch: Stretch) => number>> = {
  "a second": ({ perSecond }) => perSecond,
  "p50, ms": ({ p50Ms }) => p50Ms,
  "server, ms": ({ costs }) => costs.serverMs,
  "PostgreSQL, ms": ({ costs }) => costs.postgresMs,
  "client, ms": ({ costs }) => costs.clientMs,
  rows: ({ costs }) => costs.rows,
  "WAL bytes": ({ costs }) => costs.walBytes,
  "WAL bytes without page images": ({ costs }) => costs.walBytes - costs.pageImageBytes,
  "memory, MB": ({ costs }) => costs.residentMb,
};

/** Of a load that only reads; what the database writes meanwhile is its own housekeeping. */
const readFigures = ["a second", "p50, ms", "server, ms", "PostgreSQL, ms", "client, ms", "memory, MB"];

/** One figure of both sides. */
export interface Comparison {
  readonly what: string;
  readonly figure: string;
  /** Of each start, a figure a round. */
  readonly against: readonly (readonly number[])[];
  readonly here: readonly (readonly number[])[];
  /** Of here to against, in each start: the median of its rounds. */
  readonly ratios: readonly number[];
  readonly ratio: number;
  /** Where the median ratio lies with a chance of 95 %. */
  readonly interval: readonly [number, number] | null;
}

/** @param starts what both sides came to in each */
export function comparisonsOf(
  what: string,
  starts: readonly Stretches<"against" | "here">[],
  isRead: boolean,
): Comparison[] {
  return Object.entries(figures)
    .filter(([figure]) => !isRead || readFigures.includes(figure))
    .map(([figure, of]) => {
      const against = starts.map((sides) => sides.against.map(of));
      const here = starts.map((sides) => sides.here.map(of));
      const ratios = starts.map((_, start) => ratioOf(here[start] ?? [], against[start] ?? []));
      const interval = medianInterval(ratios) ?? null;
      return { what, figure, against, here, ratios, ratio: median(ratios), interval };
    });
}

export function comparisonTable(comparisons: readonly Comparison[]): string {
  return alignedTable([
    ["what", "figure", "against", "here", "ratio", "95 %"],
    ...comparisons.map(({ what, figure, against, here, ratio, interval }) => [
      what,
      figure,
      digits(median(against.flat())),
      digits(median(here.flat())),
      Number.isFinite(ratio) ? ratio.toFixed(3) : "",
      interval === null ? "" : `${interval[0].toFixed(3)} to ${interval[1].toFixed(3)}`,
    ]),
  ]);
}
