import { mkdirSync, writeFileSync } from "node:fs";
import { arch, cpus, platform, totalmem } from "node:os";
import { resolve } from "node:path";
import { median } from "./turns.ts";

/** One figure of a run, alone or beside another one. */
export interface Line {
  readonly what: string;
  /** A figure a round. */
  readonly figures: readonly number[];
  readonly unit: "/s" | "ms" | "MB";
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
}

export function rowOf({ what, figures, unit, ratio, target }: Line): Row {
  const value = ratio ?? median(figures);
  return {
    what,
    median: median(figures),
    unit,
    ratio: ratio ?? null,
    ...(target === undefined ? { target: "", reached: null } : judged(value, target)),
    figures,
  };
}

function judged(value: number, target: Target): { target: string; reached: boolean } {
  return "atLeast" in target
    ? { target: `>= ${target.atLeast}`, reached: value >= target.atLeast }
    : { target: `<= ${target.atMost}`, reached: value <= target.atMost };
}

export function tableOf(rows: readonly Row[]): string {
  const cells = [
    ["what", "median", "ratio", "target", "reached"],
    ...rows.map((row) => [
      row.what,
      `${digits(row.median)} ${row.unit}`,
      row.ratio === null ? "" : row.ratio.toFixed(2),
      row.target,
      row.reached === null ? "" : row.reached ? "yes" : "NO",
    ]),
  ];
  const widths =
    cells[0]?.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = cells.map((row) =>
    row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
    ),
  );
  return `${lines.map((line) => line.join("  ").trimEnd()).join("\n")}\n`;
}

function digits(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString("en-US") : value.toFixed(2);
}

/** Writes the run as JSON and answers the file's path. */
export function writeResults(rows: readonly Row[], of: { options: object; audit: string }): string {
  const date = new Date().toISOString();
  const machine = {
    cpu: cpus()[0]?.model ?? "",
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${arch()}`,
    node: process.version,
  };
  mkdirSync("bench/results", { recursive: true });
  const path = resolve("bench/results", `${date.replaceAll(":", "-")}.json`);
  writeFileSync(path, `${JSON.stringify({ date, machine, ...of, rows }, null, 2)}\n`);
  return path;
}
