import { type SQL, type SQLWrapper, sql } from "drizzle-orm";

/** Types of the columns that are written from arrays. */
type ColumnType =
  | "uuid"
  | "text"
  | "numeric"
  | "bigint"
  | "integer"
  | "smallint"
  | "json"
  | "jsonb"
  | "timestamptz";
type Cell = string | number | Date | null;

/** Types whose texts need no quotes inside an array. */
const plainTypes: ReadonlySet<ColumnType> = new Set(["uuid", "numeric", "bigint", "integer", "smallint"]);

/**
 * A whole column as one parameter, so that a statement has the same text however many rows it writes. It travels as
 * PostgreSQL's own text of an array: for the driver's arrays, each connection would first ask the database for its types.
 */
export function array(cells: readonly Cell[], type: ColumnType): SQL {
  return sql`${sql.param(arrayText(cells, type))}::${sql.raw(type)}[]`;
}

/**
 * Whether a value is among others, for rows that are looked through: by a hash table, made once a statement. In a plan for whatever
 * parameters, `any` of an array would compare with one after the other. Nothing is looked up in an index by it.
 */
export function isAmong(value: SQLWrapper, cells: readonly Cell[], type: ColumnType): SQL {
  return sql`(${value} in (select unnest(${array(cells, type)}))) is true`;
}

/** PostgreSQL's text of an array of UUIDs. Of other cells `arrayText` knows which need quotes. */
export function uuidsText(ids: readonly string[]): string {
  return `{${ids.join(",")}}`;
}

/** PostgreSQL's text of an array. */
export function arrayText(cells: readonly Cell[], type: ColumnType): string {
  return textOf(cells, (cell) => cell, type);
}

function textOf<R>(rows: readonly R[], cell: (row: R) => Cell, type: ColumnType): string {
  const element = plainTypes.has(type) ? plainElement : quotedElement;
  let text = "";
  // Many a column says the same in all rows.
  let last: Cell | undefined;
  let lastText = "";
  for (const row of rows) {
    const value = cell(row);
    if (value !== last) {
      last = value;
      lastText = element(value);
    }
    text += text === "" ? `{${lastText}` : `,${lastText}`;
  }
  return text === "" ? "{}" : `${text}}`;
}

function plainElement(cell: Cell): string {
  return cell === null ? "NULL" : String(cell);
}

function quotedElement(cell: Cell): string {
  if (cell === null) return "NULL";
  const text = cell instanceof Date ? cell.toISOString() : String(cell);
  return `"${special.test(text) ? text.replace(everySpecial, "\\$&") : text}"`;
}

const special = /["\\]/;
const everySpecial = /["\\]/g;

/** Columns by name: their type, and what a row has there. */
export type Columns<R> = Readonly<Record<string, readonly [ColumnType, (row: R) => Cell]>>;

/** Rows as a table that a statement can select from: a parameter a column. */
export function table<R>(alias: string, rows: readonly R[], columns: Columns<R>): SQL {
  const arrays = Object.values(columns).map(([type, cell]) => array(rows.map(cell), type));
  return sql`unnest(${sql.join(arrays, sql`, `)}) as ${sql.raw(alias)} (${columnNames(columns)})`;
}

/** The same for a statement whose text is made once: its rows are bound by `columnTexts`. */
export function tablePlaceholder(alias: string, columns: Columns<never>): SQL {
  const arrays = Object.entries(columns).map(
    ([name, [type]]) => sql`${sql.placeholder(name)}::${sql.raw(type)}[]`,
  );
  return sql`unnest(${sql.join(arrays, sql`, `)}) as ${sql.raw(alias)} (${columnNames(columns)})`;
}

/** What a run binds to the placeholders of a table. */
export function columnTexts<R, C extends Columns<R>>(
  rows: readonly R[],
  columns: C,
): Record<keyof C, string> {
  const texts: Record<string, string> = {};
  for (const name in columns) {
    const column = columns[name];
    if (column !== undefined) texts[name] = textOf(rows, column[1], column[0]);
  }
  return texts as Record<keyof C, string>;
}

/** The names of columns, as a list. */
export function columnNames(columns: Columns<never>): SQL {
  return sql.raw(Object.keys(columns).join(", "));
}
