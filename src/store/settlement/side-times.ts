import { type SQL, sql } from "drizzle-orm";

/** The times of an operation's sides: one without a time of its own has that of the batch, where there is a side. */
export function sideTimes(at: SQL, toAccount: SQL): Readonly<Record<string, SQL>> {
  return {
    from_at: sql`coalesce(from_at, ${at})`,
    to_at: sql`case when ${toAccount} is not null then coalesce(to_at, ${at}) end`,
  };
}
