import { type DescMessage, type MessageShape, toJson } from "@bufbuild/protobuf";
import { type Timestamp, timestampDate } from "@bufbuild/protobuf/wkt";
import { visible, visibleJson } from "./visible.ts";

/** How an answer is printed: for people, or as JSON. */
export interface Printed {
  readonly json?: true;
}

/** An answer of the API as every interface has it, with all of its fields, whatever is in them. */
export function jsonOf<D extends DescMessage>(desc: D, message: MessageShape<D>): string {
  return `${visibleJson(JSON.stringify(toJson(desc, message, { alwaysEmitImplicit: true }), null, 2))}\n`;
}

/** The same in one line. */
export function jsonLineOf<D extends DescMessage>(desc: D, message: MessageShape<D>): string {
  return `${visible(JSON.stringify(toJson(desc, message, { alwaysEmitImplicit: true })))}\n`;
}

/** What belongs together, in one line. */
export function lineOf(...cells: readonly string[]): string {
  return `${cells.map(visible).join("  ").trimEnd()}\n`;
}

/** Rows below their headings, each column as wide as it needs to be. */
export function tableOf(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [headings.map((each) => each.toUpperCase()), ...rows.map((row) => row.map(visible))];
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const text = (line: readonly string[]) =>
    line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ");
  return lines.map((line) => `${text(line).trimEnd()}\n`).join("");
}

/** What belongs together, a line each. */
export function pairsOf(pairs: Readonly<Record<string, string>>): string {
  const shown = Object.entries(pairs).map((pair) => pair.map(visible) as [string, string]);
  const width = Math.max(...shown.map(([name]) => name.length));
  return shown.map(([name, value]) => `${name.padEnd(width)}  ${value}\n`).join("");
}

/** As a cell of a table; a dash where there is none. */
export function timeOf(timestamp: Timestamp | undefined): string {
  return timestamp === undefined ? "-" : timestampDate(timestamp).toISOString();
}

/** The name of one of an enum's values, in small letters; its number where only a newer server knows its name. */
export function wordOf(names: Readonly<Record<number, string>>, value: number): string {
  return (names[value] ?? String(value)).toLowerCase();
}
