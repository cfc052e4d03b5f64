import { type SQL, sql } from "drizzle-orm";
import type { Scope } from "./inspection.ts";

/** The operations of every hold, each beside the one before it. What is not in `asked` was not said. */
export function holdOperations(scope: Scope): SQL {
  return sql`
    select o.org_id, o.hold_id, o.id, o.kind, o.amount, o.currency, o.from_account_id, o.from_customer_id, o.from_at,
      o.held_change, o.hold_captured, o.hold_remaining, o.hold_state, o.hold_expires_at, o.created_at, o.asked,
      first_value(o.id) over along as first_id,
      coalesce(first_value(o.asked ->> 'on_expiry') over along, 'release') as on_expiry,
      lead(o.id) over along is null as is_newest,
      lag(o.hold_captured) over along as captured_before, lag(o.hold_remaining) over along as remaining_before,
      lag(o.hold_state) over along as state_before, lag(o.hold_expires_at) over along as expires_before
    from operations o
    where ${scope("o")} and o.hold_id is not null
    window along as (partition by o.hold_id, o.org_id order by o.from_sequence)`;
}

/** A capture of what had expired, on credit: nothing was set aside any more. */
export const isAfterExpiry = sql`coalesce(kind = 'capture' and held_change = 0
  and on_expiry = 'release' and asked ->> 'overage' = 'allow_debt', false)`;
