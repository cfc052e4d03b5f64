import { sql } from "drizzle-orm";
import type { Inspection } from "./inspection.ts";

/** Null where the database has Citus, and an organization's numbers are its own. */
const snapshot = sql`(select case when to_regclass('pg_catalog.pg_dist_partition') is null then pg_current_snapshot() end)`;

/** The place of every batch, and the transaction that did it. */
export const positionInspection: Inspection = {
  rows: (scope) => sql`
    select org_id, null::uuid as account_id, null::uuid as transfer_id, position, xid,
      lag(position) over (partition by org_id order by position) as position_before,
      pg_visible_in_snapshot(xid, ${snapshot}) as has_ended
    from changes c where ${scope("c")}`,
  rules: {
    CHANGE_POSITION: {
      broken: sql`position = position_before`,
      says: sql`format('position %s is that of two batches, of transaction %s and of another', position, xid)`,
    },
    CHANGE_TRANSACTION: {
      broken: sql`not has_ended`,
      says: sql`format('batch %s is there, and its transaction %s has not ended: another server numbered it', position, xid)`,
    },
  },
};

/** What batches name beside operations. */
export const namedInspection: Inspection = {
  rows: (scope) => sql`
    select n.org_id, n.account_id, null::uuid as transfer_id, n.position, n.hold_id, h.id as known_hold, a.id as known_account
    from (
      select c.org_id, c.position, noted.id as hold_id, null::uuid as account_id
      from changes c cross join lateral unnest(c.expired) as noted (id) where ${scope("c")}
      union all
      select c.org_id, c.position, null, limited.id
      from changes c cross join lateral unnest(c.limited) as limited (id) where ${scope("c")}
    ) n
    left join holds h on h.org_id = n.org_id and h.id = n.hold_id and ${scope("h")}
    left join accounts a on a.org_id = n.org_id and a.id = n.account_id and ${scope("a")}`,
  rules: {
    CHANGE_OF_NOTHING: {
      broken: sql`hold_id is not null and known_hold is null or account_id is not null and known_account is null`,
      says: sql`format('batch %s names %s, which does not exist', position,
        coalesce('hold ' || hold_id, 'account ' || account_id))`,
    },
  },
};
