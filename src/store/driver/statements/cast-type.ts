import type { Column } from "drizzle-orm";

/**
 * The type that a value for a column is cast to. It has no precision: PostgreSQL rounds to that of a cast without a word,
 * and refuses what does not fit a column.
 */
export function castType(column: Column): string {
  const sqlType = column.getSQLType();
  return sqlType.startsWith("timestamp") ? "timestamptz" : sqlType.replace(/\(.*/, "");
}
