import { sql } from "drizzle-orm";
import type { Database } from "../driver/database.ts";

/** Organizations that are asked; of more, the youngest. */
const organizationsMax = 10_000;

/** By how many milliseconds the batch that was written last is ahead of the database's clock; below 0 where it is not. */
export async function newestBatchAhead(database: Database): Promise<number> {
  const [row] = await database.orm().execute<{ ms: string | null }>(sql`
    select (extract(epoch from last.at - clock_timestamp()) * 1000)::bigint as ms
    from (select id from organizations order by id desc limit ${organizationsMax}) o
      cross join lateral (
        select position, at from changes where org_id = o.id order by xid desc, position desc limit 1) last
    order by last.position desc limit 1`);
  return row?.ms == null ? Number.NEGATIVE_INFINITY : Number(row.ms);
}
