import { sql } from "drizzle-orm";
import type { Inspection } from "./inspection.ts";

/** Every refund and every reversal beside the one before it, and beside what it gives or takes back. */
export const returnInspection: Inspection = {
  rows: (scope) => sql`
    select r.*, o.kind as origins_kind, o.amount as origins_amount,
      o.id is not null and not ((r.from_customer_id, r.from_counter) is not distinct from (o.to_customer_id, o.to_counter)
        and (r.to_customer_id, r.to_counter) is not distinct from (o.from_customer_id, o.from_counter)
        and r.currency = o.currency) as is_elsewhere
    from (
      select org_id, coalesce(case when from_customer_id is not null then from_account_id end, to_account_id) as account_id,
        id as transfer_id, kind, amount, currency, refers_to, returned,
        from_customer_id, from_counter, to_customer_id, to_counter,
        lag(returned, 1, 0::numeric) over (partition by refers_to, org_id order by returned) as returned_before
      from operations r where ${scope("r")} and refers_to is not null
    ) r
    left join operations o on o.org_id = r.org_id and o.id = r.refers_to and ${scope("o")}`,
  rules: {
    RETURN_REFERENCE: {
      broken: sql`not coalesce(case kind when 'refund' then origins_kind in ('charge', 'capture')
        else origins_kind = 'credit' end, false)`,
      says: sql`format('a %s gives back operation %s, which is %s', kind, refers_to,
        coalesce('a ' || origins_kind, 'not there'))`,
    },
    RETURN_ELSEWHERE: {
      broken: sql`is_elsewhere`,
      says: sql`format('the %s runs between others than operation %s, which it gives back', kind, refers_to)`,
    },
    RETURN_SUM: {
      broken: sql`returned <> returned_before + amount`,
      says: sql`format('a %s of %s makes %s in all, after %s', kind, trim_scale(amount), trim_scale(returned),
        trim_scale(returned_before))`,
    },
    RETURN_EXCESS: {
      broken: sql`returned > origins_amount`,
      says: sql`format('%s came back of operation %s of %s', trim_scale(returned), refers_to, trim_scale(origins_amount))`,
    },
  },
};
