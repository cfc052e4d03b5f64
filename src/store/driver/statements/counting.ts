import { count, type SQL, type Subquery } from "drizzle-orm";
import type { Orm } from "./orm.ts";

/** Rows of a listing are counted so far, and numbered pages go no further. */
export const recordsMax = 100_000;

/** How many rows a table has that ends after `recordsMax`. */
export async function countOf(orm: Orm, rows: SQL | Subquery): Promise<number> {
  const [counted] = await orm.select({ rows: count() }).from(rows);
  return counted?.rows ?? 0;
}
