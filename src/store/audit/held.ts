import { sql } from "drizzle-orm";
import { lapsedAccounts } from "./account-facts.ts";
import { holdOperations, isAfterExpiry } from "./hold-operations.ts";
import type { Inspection } from "./inspection.ts";

const isLapsed = sql`(org_id, account_id) in (select org_id, account_id from lapsed)`;

/**
 * Of accounts on which holds have expired: what every side says is held, beside what the holds come to by the clock
 * then. What expired at a moment stands in no row, so operations and expiries are laid in the order of time. Where a
 * clock was set back that is not the order of what was done, and nothing is said.
 */
export const heldInspection: Inspection = {
  rows: (scope) => sql`
    with lapsed as (${lapsedAccounts(scope)})
    select *, bool_or(runs_back) over (partition by account_id, org_id) as ran_back
    from (
      select *, sum(change) over along as expected,
        sequence < max(sequence) over (along rows between unbounded preceding and 1 preceding) as runs_back
      from (
        select org_id, account_id, transfer_id, clock, sequence, held, change
        from (
          select org_id, from_account_id as account_id, id as transfer_id, created_at as clock, from_sequence as sequence,
            from_held as held, coalesce(held_change, 0) as change
          from operations o where ${scope("o")} and from_customer_id is not null
          union all
          select org_id, to_account_id, id, created_at, to_sequence, to_held, 0
          from operations o where ${scope("o")} and to_customer_id is not null
        ) s
        where ${isLapsed}
        union all
        select org_id, account_id, null, case when is_after then expires_before else hold_expires_at end, null, null,
          -case when is_after then remaining_before else hold_remaining end
        from (
          select *, from_account_id as account_id, ${isAfterExpiry} as is_after
          from (${holdOperations(scope)}) o
        ) o
        where ${isLapsed} and (is_after or is_newest and hold_state = 'active' and on_expiry = 'release')
      ) e
      window along as (partition by account_id, org_id order by clock, sequence nulls first)
    ) e`,
  rules: {
    HELD_TOTAL: {
      broken: sql`held <> expected and not coalesce(ran_back, false)`,
      says: sql`format('at sequence %s the operation has %s held; the holds of its account come to %s', sequence,
        trim_scale(held), trim_scale(expected))`,
    },
  },
};
