import { sql } from "drizzle-orm";
import type { Orm } from "../../../store/driver/statements/orm.ts";

/** The database's clock. */
export async function clockOf(orm: Orm): Promise<Date> {
  const [row] = await orm.execute<{ at: string }>(
    sql`select date_trunc('milliseconds', clock_timestamp()) as at`,
  );
  if (row === undefined) throw new Error("the database has no clock");
  return new Date(row.at);
}
