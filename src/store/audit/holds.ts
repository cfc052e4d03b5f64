import { sql } from "drizzle-orm";
import { holdOperations, isAfterExpiry } from "./hold-operations.ts";
import type { Inspection } from "./inspection.ts";

/** What remained just before an operation: nothing where the hold had expired. */
const remainingBefore = sql`case when ${isAfterExpiry} then 0 else remaining_before end`;

/** Every operation of a hold beside the one before it and the hold; and every hold beside its newest operation. */
export const holdInspection: Inspection = {
  rows: (scope) => sql`
    select *, coalesce(from_account_id, holds_account) as account_id, id as transfer_id,
      has_hold and is_newest as is_holds
    from (${holdOperations(scope)}) o
    full join (
      select org_id, id as hold_id, true as has_hold, account_id as holds_account, customer_id as holds_customer,
        currency as holds_currency, amount as holds_amount, captured as holds_captured, remaining as holds_remaining,
        state as holds_state, expires_at, on_expiry as holds_on_expiry, created_at as holds_created_at
      from holds h where ${scope("h")}
    ) h using (hold_id, org_id)
    left join (
      select c.org_id, noted.id as hold_id, count(*) as times, min(c.at) as noted_at
      from changes c cross join lateral unnest(c.expired) as noted (id)
      where ${scope("c")} group by c.org_id, noted.id
    ) n using (hold_id, org_id)`,
  rules: {
    HOLD_MISSING: {
      broken: sql`has_hold is null`,
      says: sql`format('hold %s does not exist', hold_id)`,
    },
    HOLD_WITHOUT_OPERATION: {
      broken: sql`id is null`,
      says: sql`format('no operation made hold %s', hold_id)`,
    },
    HOLD_STEP: {
      broken: sql`id is not null and not coalesce(case
        when kind = 'hold' or state_before is null then kind = 'hold' and state_before is null and hold_state = 'active'
          and (held_change, hold_captured, hold_remaining) = (amount, 0, amount)
          and hold_expires_at = created_at + coalesce((asked ->> 'ttl')::numeric * interval '1 ms', hold_expires_at - created_at)
        when state_before <> 'active' then false
        else held_change = hold_remaining - ${remainingBefore} and hold_captured = captured_before + case kind when 'capture' then amount else 0 end
          and case kind
            when 'capture' then hold_expires_at = expires_before and hold_remaining =
                case when asked ->> 'final' = 'true' then 0 else greatest(${remainingBefore} - amount, 0) end
              and hold_state = case when hold_remaining > 0 then 'active' when hold_captured > 0 then 'captured' else 'released' end
            when 'release' then hold_expires_at = expires_before and hold_state = 'released' and asked is null
            else hold_state = 'active' and hold_remaining = remaining_before
              and hold_expires_at = created_at + (asked ->> 'ttl')::numeric * interval '1 ms' end
        end, false)`,
      says: sql`format('a %s of %s leaves hold %s %s until %s, with %s captured and %s remaining; before it that was %s until %s, with %s and %s',
        kind, trim_scale(amount), hold_id, hold_state, hold_expires_at, trim_scale(hold_captured), trim_scale(hold_remaining),
        coalesce(state_before, 'nothing'), coalesce(expires_before::text, 'no time'), coalesce(trim_scale(captured_before), 0),
        coalesce(trim_scale(remaining_before), 0))`,
    },
    HOLD_ACCOUNT: {
      broken: sql`(from_account_id, from_customer_id, currency) <> (holds_account, holds_customer, holds_currency)`,
      says: sql`format('hold %s is of another account, customer or currency than its %s', hold_id, kind)`,
    },
    HOLD_ORIGIN: {
      broken: sql`id = hold_id and (holds_amount, holds_created_at, holds_on_expiry) <> (amount, created_at, on_expiry)`,
      says: sql`format('hold %s is of %s, made at %s, and on its expiry to %s; it was made of %s at %s to %s', hold_id,
        trim_scale(holds_amount), holds_created_at, holds_on_expiry, trim_scale(amount), created_at, on_expiry)`,
    },
    HOLD_STATE: {
      broken: sql`is_holds and not coalesce(holds_captured = hold_captured and expires_at = hold_expires_at
        and case when holds_state = 'expired' then hold_state = 'active' and on_expiry = 'release'
          else (holds_state, holds_remaining) = (hold_state, hold_remaining) end, false)`,
      says: sql`format('hold %s is %s until %s, with %s captured and %s remaining; its newest operation left it %s until %s, with %s and %s',
        hold_id, holds_state, expires_at, trim_scale(holds_captured), trim_scale(holds_remaining), hold_state,
        hold_expires_at, trim_scale(hold_captured), trim_scale(hold_remaining))`,
    },
    HOLD_EXPIRY: {
      broken: sql`is_holds and (times > 1 or noted_at < expires_at
        or (holds_state = 'expired' or ${isAfterExpiry}) <> (times is not null))`,
      says: sql`format('hold %s is %s until %s; its expiry was noted %s times, first at %s', hold_id, holds_state,
        expires_at, coalesce(times, 0), coalesce(noted_at::text, 'no time'))`,
    },
  },
};
