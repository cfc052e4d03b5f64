import { getTableColumns, type Table } from "drizzle-orm";
import type { Columns } from "./arrays.ts";
import { castType } from "./cast-type.ts";

type Cell<R> = Columns<R>[string][1];
type ColumnType = Columns<never>[string][0];

/** Columns under the names and types that the schema has for them. */
export function tableColumns<T extends Table, R>(
  table: T,
  cells: { readonly [property in keyof T["_"]["columns"]]?: Cell<R> },
): Columns<R> {
  const columns = Object.entries(getTableColumns(table)).flatMap(([property, column]) => {
    const cell = cells[property];
    return cell === undefined ? [] : [[column.name, [castType(column) as ColumnType, cell]] as const];
  });
  return Object.fromEntries(columns);
}
