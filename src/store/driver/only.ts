import { type Column, type SQL, type SQLWrapper, sql } from "drizzle-orm";

/**
 * Whether a column has a value by which few rows are found, for a listing that an index without the column has in the same
 * order. To a planner that knows of one value only, both indexes cost the same, and the other one is walked through for a
 * value that has come since. Of a range it takes that few rows are in it. The equality is there for the index, too: up to
 * PostgreSQL 17 nothing behind a range ends a walk.
 */
export function isOnly(column: Column, value: string | SQLWrapper): SQL {
  return sql`${column} = ${value} and ${column} between ${value} and ${value}`;
}
