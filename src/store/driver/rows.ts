import { type Column, type SQL, sql } from "drizzle-orm";
import { castType } from "./cast-type.ts";

/** Nothing becomes null. */
type Cell = string | number | Date | null | undefined;

/** An attribute of a composite type of the database. */
export interface Attribute {
  readonly name: string;
  readonly sqlType: string;
}

/** How rows are handed over to the database: as one parameter, an array of a composite type. */
export interface RowType<T> {
  readonly name: string;
  /** In their order in the type. */
  readonly attributes: readonly Attribute[];
  /** PostgreSQL's text of the array. */
  text(rows: readonly T[]): string;
}

/**
 * A type whose attributes have the names of the properties and the types of their columns; `cellsOf` answers a row's
 * cells in the same order. Of a parameter a column PostgreSQL makes as many tables to read the rows from.
 */
export function rowType<T>(
  name: string,
  columns: Readonly<Record<string, Column>>,
  cellsOf: (of: T) => readonly Cell[],
): RowType<T> {
  const attributes = Object.entries(columns).map(([property, column]) => ({
    name: snakeCase(property),
    sqlType: castType(column),
  }));
  const timeText = lastTimeText();
  const isFree = attributes.map(({ sqlType }) => sqlType === "text" || sqlType === "json");
  const rowText = (of: T) => {
    const texts = cellsOf(of).map((cell, place) => {
      if (cell === null || cell === undefined) return "";
      if (cell instanceof Date) return timeText(cell);
      return isFree[place] ? freeText(String(cell)) : String(cell);
    });
    return texts.join(",");
  };
  const text = (rows: readonly T[]) =>
    rows.length === 0 ? "{}" : `{"(${rows.map(rowText).join(')","(')})"}`;
  return { name, attributes, text };
}

/** The names of a type's attributes, as a list, with expressions in the place of some. */
export function names({ attributes }: RowType<never>, instead: Readonly<Record<string, SQL>> = {}): SQL {
  return sql.join(
    attributes.map(({ name }) => instead[name] ?? sql.raw(name)),
    sql`, `,
  );
}

/** Rows as a table that a statement can select from. Their text is bound to the placeholder `rows`. */
export function rowsOf({ name }: RowType<never>): SQL {
  return sql`unnest(${sql.placeholder("rows")}::${sql.raw(name)}[])`;
}

/** Most rows of a batch have the same moment. */
function lastTimeText(): (time: Date) => string {
  let last: Date | undefined;
  let text = "";
  return (time) => {
    if (time !== last) {
      text = time.toISOString();
      last = time;
    }
    return text;
  };
}

/** In quotes for the row where it needs them, and what they do not keep, escaped for the array. Nothing is null's text. */
function freeText(text: string): string {
  return plain.test(text) ? text : `\\"${text.replace(special, "\\\\\\$&")}\\"`;
}

const plain = /^[^"\\(),]+$/;
const special = /["\\]/g;

function snakeCase(property: string): string {
  return property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
