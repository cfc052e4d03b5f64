import { type SQL, sql } from "drizzle-orm";

/** Types of the columns that are written from arrays. */
type ArrayType = "uuid[]" | "text[]" | "numeric[]" | "bigint[]" | "smallint[]";

/**
 * A whole column as one parameter, so that a statement has the same text however many rows it writes. It travels as
 * text, because Drizzle takes the driver's serializers of some arrays away.
 */
export function array(values: readonly (string | number | null)[], type: ArrayType): SQL {
  return sql`${sql.param(values)}::text[]::${sql.raw(type)}`;
}
