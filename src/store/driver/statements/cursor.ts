import { type SQL, type SQLWrapper, sql } from "drizzle-orm";

/** Where a listing goes on: after the row with this time and id. */
export interface Cursor {
  readonly at: Date;
  readonly id: string;
}

/** Compares the place of a row with a cursor: as one row, which an index of both takes as its bound. */
export function isAt(
  [time, id]: readonly [time: SQLWrapper, id: SQLWrapper],
  comparison: "<" | "<=" | ">" | ">=",
  cursor: Cursor,
  idType: "uuid" | "text" = "uuid",
): SQL {
  const place = sql`(${cursor.at.toISOString()}::timestamptz, ${cursor.id}::${sql.raw(idType)})`;
  return sql`(${time}, ${id}) ${sql.raw(comparison)} ${place}`;
}
