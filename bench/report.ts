import type { Costs } from "./costs/costs.ts";
import type { Stretch } from "./load/driver.ts";
import { median } from "./statistics.ts";
import { alignedTable, digits } from "./table.ts";

/** One figure of a run, alone or beside another one. */
export interface Line {
  readonly what: string;
  /** A figure a round. */
  readonly figures: readonly number[];
  readonly unit: "/s" | "ms" | "s" | "MB" | "bytes" | "%";
  /** What each round took, for each transfer or read. */
  readonly costs?: readonly Costs[];
  /** What the figure is to the one it is measured beside. */
  readonly ratio?: number;
  readonly target?: Target;
}

/** A bound of the ratio, or of the median where there is no ratio. */
export type Target = { readonly atLeast: number } | { readonly atMost: number };

interface Row {
  readonly what: string;
  readonly median: number;
  readonly unit: string;
  readonly ratio: number | null;
  readonly target: string;
  readonly reached: boolean | null;
  readonly figures: readonly number[];
  /** Medians of the rounds. */
  readonly costs: Costs | null;
}

/** The rates of a side's stretches and what they took. */
export function rateLine(what: string, stretches: readonly Stretch[]): Line {
  return { what, figures: rates(stretches), unit: "/s", costs: stretches.map(({ costs }) => costs) };
}

/** The median latencies of a side's stretches and what they took. */
export function p50Line(what: string, stretches: readonly Stretch[]): Line {
  return { what, figures: p50s(stretches), unit: "ms", costs: stretches.map(({ costs }) => costs) };
}

export function rates(stretches: readonly Stretch[]): number[] {
  return stretches.map(({ perSecond }) => perSecond);
}

export function p50s(stretches: readonly Stretch[]): number[] {
  return stretches.map(({ p50Ms }) => p50Ms);
}

export function rowOf({ what, figures, unit, costs, ratio, target }: Line): Row {
  const value = ratio ?? median(figures);
  return {
    what,
    median: median(figures),
    unit,
    ratio: ratio ?? null,
    ...(target === undefined ? { target: "", reached: null } : judged(value, target)),
    figures,
    costs: costs === undefined ? null : medianCosts(costs),
  };
}

function judged(value: number, target: Target): { target: string; reached: boolean } {
  return "atLeast" in target
    ? { target: `>= ${target.atLeast}`, reached: value >= target.atLeast }
    : { target: `<= ${target.atMost}`, reached: value <= target.atMost };
}

function medianCosts(costs: readonly Costs[]): Costs {
  const of = (name: keyof Costs) => median(costs.map((round) => round[name]));
  return {
    serverMs: of("serverMs"),
    postgresMs: of("postgresMs"),
    clientMs: of("clientMs"),
    rows: of("rows"),
    walBytes: of("walBytes"),
    pageImageBytes: of("pageImageBytes"),
    residentMb: of("residentMb"),
  };
}

export function tableOf(rows: readonly Row[]): string {
  const heading = ["what", "median", "ratio", "target", "reached"];
  const costHeading = ["server ms", "PostgreSQL ms", "client ms", "rows", "WAL bytes"];
  return alignedTable([
    [...heading, ...costHeading],
    ...rows.map((row) => [
      row.what,
      `${digits(row.median)} ${row.unit}`,
      row.ratio === null ? "" : row.ratio.toFixed(2),
      row.target,
      row.reached === null ? "" : row.reached ? "yes" : "NO",
      ...(row.costs === null ? costHeading.map(() => "") : costCells(row.costs)),
    ]),
  ]);
}

function costCells({ serverMs, postgresMs, clientMs, rows, walBytes }: Costs): string[] {
  // What only reads leaves no rows; the few bytes are the database's own housekeeping.
  const written = rows < 0.5 ? ["", ""] : [rows.toFixed(2), digits(walBytes)];
  return [digits(serverMs), digits(postgresMs), digits(clientMs), ...written];
}
