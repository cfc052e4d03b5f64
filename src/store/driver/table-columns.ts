import { getTableColumns, type Table } from "drizzle-orm";
import type { Columns } from "./arrays.ts";

type Cell<R> = Columns<R>[string][1];
type ColumnType = Columns<never>[string][0];

/** Columns under the names and types that the schema has for them. */
export function columnsOf<T extends Table, R>(
  table: T,
  cells: { readonly [property in keyof T["_"]["columns"]]?: Cell<R> },
): Columns<R> {
  const columns = Object.entries(getTableColumns(table)).flatMap(([property, column]) => {
    const cell = cells[property];
    return cell === undefined ? [] : [[column.name, [typeOf(column.getSQLType()), cell]] as const];
  });
  return Object.fromEntries(columns);
}

/** Without precision: PostgreSQL rounds to that of a cast without a word, and refuses what does not fit a column. */
function typeOf(sqlType: string): ColumnType {
  if (sqlType.startsWith("timestamp")) return "timestamptz";
  return sqlType.replace(/\(.*/, "") as ColumnType;
}
