import { type SQL, sql } from "drizzle-orm";

/** The times of an operation's sides. A side without a time of its own gets that of the batch; no side, no time. */
export function sideTimes(at: SQL, toAccount: SQL): Readonly<Record<string, SQL>> {
  return {
    from_at: sql`coalesce(from_at, ${at})`,
    to_at: sql`case when ${toAccount} is not null then coalesce(to_at, ${at}) end`,
  };
}
