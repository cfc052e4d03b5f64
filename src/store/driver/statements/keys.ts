import { type Column, type Placeholder, type SQL, sql } from "drizzle-orm";

/**
 * Keys as a table `w (id)`, for a lateral join that looks each of them up by itself. Of `id = any(…)` or a plain join the
 * planner may make a walk through all that an organization has, by an index whose last column is the id.
 */
export function keys(ids: SQL | Placeholder): SQL {
  return sql`unnest(${ids}::uuid[]) as w (id)`;
}

/** Whether a column is the key that is looked up. */
export function isKey(column: Column): SQL {
  return sql`${column} = w.id`;
}
