import { sql } from "drizzle-orm";
import type { Orm } from "./statements/orm.ts";

/** The database's clock, to the millisecond, as every operation has it: also within a transaction, when it is asked. */
export async function clockIn(orm: Orm): Promise<Date> {
  // With a parameter, without which the driver prepares nothing.
  const query = sql`select date_trunc(${"milliseconds"}::text, clock_timestamp()) as at`;
  const [row] = await orm.execute<{ at: string }>(query);
  if (row === undefined) throw new Error("the database has no clock");
  return new Date(row.at);
}
