import { sql } from "drizzle-orm";
import type { Database } from "../driver/database.ts";

/** Organizations that are asked; of more, the youngest. */
const organizationsMax = 10_000;

/**
 * By how many milliseconds the batch that was written last is ahead of the database's clock; below 0 where it is not. Where
 * the tables may be spread over nodes it is, in the place of the batch, the last time that this was asked: one node that is
 * away would keep the calls of all organizations from being answered.
 */
export async function newestBatchAhead(database: Database): Promise<number> {
  const query = (await database.isDistributed()) ? sinceLastAsked : sinceNewestBatch;
  const [row] = await database.orm().execute<{ ms: string | null }>(query);
  return row?.ms == null ? Number.NEGATIVE_INFINITY : Number(row.ms);
}

const sinceNewestBatch = sql`
    select (extract(epoch from last.at - clock_timestamp()) * 1000)::bigint as ms
    from (select id from organizations order by id desc limit ${organizationsMax}) o
      cross join lateral (
        select position, at from changes where org_id = o.id order by xid desc, position desc limit 1) last
    order by last.position desc limit 1`;

const sinceLastAsked = sql`
    select last - now as ms, case when now > last then setval('clock_ms', now) end
    from (select last_value as last, (extract(epoch from clock_timestamp()) * 1000)::bigint as now
      from clock_ms limit 1) as c`;
