import { type Column, type SQL, type SQLWrapper, sql } from "drizzle-orm";

/**
 * Whether a column has a value by which few rows are found, for a listing that an index without the column has in the same
 * order. To a planner that knows of one value only, both indexes cost the same, and the other one is walked through for a
 * value that has come since. Of what is at least a value it takes a third: fewer, and not so few that all indexes cost the same again. An
 * index takes the equality for both of its bounds, and what stands behind the column, too.
 */
export function isOnly(column: Column, value: string | SQLWrapper): SQL {
  return sql`${column} = ${value} and ${column} >= ${value}`;
}
