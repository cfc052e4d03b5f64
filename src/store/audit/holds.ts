import { sql } from "drizzle-orm";
import type { Inspection } from "./inspection.ts";

/**
 * Every hold beside its account, its captures and its events. Events have no order of their own, and need none: what is
 * captured only grows, and what remains only shrinks.
 */
export const holdInspection: Inspection = {
  rows: (scope) => sql`
    select h.org_id, h.account_id, null::uuid as transfer_id, h.id, h.amount, h.captured, h.remaining, h.state,
      coalesce(a.customer_id = h.customer_id and a.currency = h.currency, false) as is_of_account,
      coalesce(c.captured, 0) as charged,
      ev.captured as noted_captured, ev.remaining as noted_remaining, ev.first_remaining, ev.held_change,
      ev.last_state, h.expires_at = any (ev.expiries) as has_expiry
    from holds h
    left join accounts a on a.org_id = h.org_id and a.id = h.account_id
    left join (
      select org_id, hold_id, sum(amount) as captured from transfers t
      where ${scope("t")} and hold_id is not null group by org_id, hold_id
    ) c on c.org_id = h.org_id and c.hold_id = h.id
    left join (
      select org_id, hold_id, max(captured) as captured, min(remaining) as remaining,
        max(remaining) filter (where id = hold_id) as first_remaining, sum(held_change) as held_change,
        coalesce(min(state) filter (where state <> 'active'), 'active') as last_state,
        array_agg(distinct expires_at) as expiries
      from hold_events ev where ${scope("ev")} group by org_id, hold_id
    ) ev on ev.org_id = h.org_id and ev.hold_id = h.id
    where ${scope("h")}`,
  rules: {
    HOLD_ACCOUNT: {
      broken: sql`not is_of_account`,
      says: sql`format('hold %s is of another customer or currency than its account', id)`,
    },
    HOLD_CAPTURED: {
      broken: sql`captured <> charged or state = 'active' and captured + remaining <> amount`,
      says: sql`format('hold %s of %s is %s, with %s captured and %s remaining; its captures come to %s', id,
        trim_scale(amount), state, trim_scale(captured), trim_scale(remaining), trim_scale(charged))`,
    },
    HOLD_EVENTS: {
      broken: sql`not coalesce(
        first_remaining = amount and noted_captured = captured and held_change = noted_remaining and has_expiry
        and case when state = 'expired' then last_state = 'active'
          else last_state = state and noted_remaining = remaining end, false)`,
      says: sql`format('hold %s is %s, with %s captured and %s remaining; by its events it is %s, with %s and %s', id,
        state, trim_scale(captured), trim_scale(remaining), coalesce(last_state, 'unknown'),
        coalesce(trim_scale(noted_captured)::text, 'none'), coalesce(trim_scale(noted_remaining)::text, 'none'))`,
    },
  },
};

/** Every event of a hold beside the entry that was its account's newest, and the transfer that it booked. */
export const holdEventInspection: Inspection = {
  rows: (scope) => sql`
    select ev.org_id, h.account_id, t.id as transfer_id, ev.id, h.id as known_hold, ev.version, ev.funded, ev.spent,
      coalesce(e.funded, 0) as entry_funded, coalesce(e.spent, 0) as entry_spent,
      ev.version > 0 and e.version is null as lacks_entry,
      ev.posted_change, coalesce(-t.amount, 0) as moved,
      t.hold_id is distinct from ev.hold_id or ev.held <> e.held as is_others
    from hold_events ev
    left join holds h on h.org_id = ev.org_id and h.id = ev.hold_id
    left join entries e on e.org_id = ev.org_id and e.account_id = h.account_id and e.version = ev.version
    left join transfers t on t.org_id = ev.org_id and t.id = ev.id
    where ${scope("ev")}`,
  rules: {
    HOLD_EVENT_WITHOUT_HOLD: {
      broken: sql`known_hold is null`,
      says: sql`format('event %s is of a hold that does not exist', id)`,
    },
    HOLD_EVENT_TOTALS: {
      broken: sql`known_hold is not null and (lacks_entry or funded <> entry_funded or spent <> entry_spent)`,
      says: sql`format('event %s has funded %s and spent %s; entry %s has %s', id, trim_scale(funded),
        trim_scale(spent), version,
        case when lacks_entry then 'gone' else format('%s and %s', trim_scale(entry_funded), trim_scale(entry_spent)) end)`,
    },
    HOLD_EVENT_TRANSFER: {
      broken: sql`posted_change <> moved or transfer_id is not null and is_others`,
      says: sql`format('event %s changed the balance by %s; the transfer of its id by %s, %s', id,
        trim_scale(posted_change), trim_scale(moved), case when is_others then 'for another hold' else 'for this one' end)`,
    },
  },
};
