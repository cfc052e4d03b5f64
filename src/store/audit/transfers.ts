import { sql } from "drizzle-orm";
import type { Inspection } from "./inspection.ts";

/** Both sides of every transfer: with what an entry must be to exist, exactly two of them do. */
export const sideInspection: Inspection = {
  rows: (scope) => sql`
    select s.org_id, s.account_id, s.id as transfer_id, s.version, s.side, e.version is null as is_missing
    from (
      select org_id, id, from_account_id as account_id, from_version as version, 'payer' as side
      from transfers t where ${scope("t")}
      union all
      select org_id, id, to_account_id, to_version, 'payee' from transfers t where ${scope("t")}
    ) s
    left join entries e
      on e.org_id = s.org_id and e.account_id = s.account_id and e.version = s.version and e.transfer_id = s.id`,
  rules: {
    ENTRY_MISSING: {
      broken: sql`is_missing`,
      says: sql`format('the transfer has no entry %s on the account of its %s', version, side)`,
    },
  },
};

/** Every transfer beside its accounts, and what it refers to. */
export const transferInspection: Inspection = {
  rows: (scope) => sql`
    select t.org_id, case when payer.customer_id is null then t.to_account_id else t.from_account_id end as account_id,
      t.id as transfer_id, t.kind, t.refund_of, t.hold_id,
      payer.customer_id is not null as payer_is_customer, payee.customer_id is not null as payee_is_customer,
      payer.id is not null and payee.id is not null as has_accounts,
      c.kind as refunded_kind,
      t.to_account_id <> c.from_account_id or t.currency <> c.currency or payer.role <> charged.role as is_elsewhere,
      h.account_id = t.from_account_id as is_of_hold, ev.hold_id = t.hold_id as has_event
    from transfers t
    left join accounts payer on payer.org_id = t.org_id and payer.id = t.from_account_id
    left join accounts payee on payee.org_id = t.org_id and payee.id = t.to_account_id
    left join transfers c on c.org_id = t.org_id and c.id = t.refund_of
    left join accounts charged on charged.org_id = c.org_id and charged.id = c.to_account_id
    left join holds h on h.org_id = t.org_id and h.id = t.hold_id
    left join hold_events ev on ev.org_id = t.org_id and ev.id = t.id
    where ${scope("t")}`,
  rules: {
    TRANSFER_SIDES: {
      broken: sql`has_accounts and not case kind
        when 'adjustment' then payer_is_customer <> payee_is_customer
        when 'transfer' then payer_is_customer and payee_is_customer
        else payer_is_customer = (kind in ('charge', 'capture')) and payee_is_customer <> payer_is_customer end`,
      says: sql`format('a %s goes from a %s to a %s', kind,
        case when payer_is_customer then 'customer' else 'counter-account' end,
        case when payee_is_customer then 'customer' else 'counter-account' end)`,
    },
    REFUND_REFERENCE: {
      broken: sql`(kind = 'refund') <> (refund_of is not null)
        or refund_of is not null and coalesce(refunded_kind not in ('charge', 'capture'), true)`,
      says: sql`format('a %s gives back transfer %s, which is %s', kind, coalesce(refund_of::text, 'none'),
        coalesce('a ' || refunded_kind, 'not there'))`,
    },
    REFUND_ELSEWHERE: {
      broken: sql`is_elsewhere`,
      says: sql`format('the refund runs between other accounts than transfer %s, which it gives back', refund_of)`,
    },
    CAPTURE_REFERENCE: {
      broken: sql`(kind = 'capture') <> (hold_id is not null)
        or hold_id is not null and not coalesce(is_of_hold and has_event, false)`,
      says: sql`format('a %s charges hold %s, which %s', kind, coalesce(hold_id::text, 'none'),
        case when is_of_hold then 'knows nothing of it' when is_of_hold is null then 'is not there'
          else 'is of another account' end)`,
    },
  },
};

/** Every transfer that was given back. */
export const refundInspection: Inspection = {
  rows: (scope) => sql`
    select c.org_id, c.from_account_id as account_id, c.id as transfer_id, c.amount, r.refunded
    from transfers c
    join (
      select org_id, refund_of, sum(amount) as refunded from transfers t
      where ${scope("t")} and refund_of is not null group by org_id, refund_of
    ) r on r.org_id = c.org_id and r.refund_of = c.id`,
  rules: {
    REFUND_EXCESS: {
      broken: sql`refunded > amount`,
      says: sql`format('%s were given back of a transfer of %s', trim_scale(refunded), trim_scale(amount))`,
    },
  },
};

/** Every idempotency key, whatever it was given to. */
export const keyInspection: Inspection = {
  rows: (scope) => sql`
    select org_id, null::uuid as account_id, null::uuid as transfer_id, key,
      min(id collate "C") as first_id, max(id collate "C") as last_id
    from (
      select org_id, key, id::text from transfers t where ${scope("t")} and key is not null
      union all
      select org_id, key, id::text from holds h where ${scope("h")} and key is not null
      union all
      -- Contents write a key behind a sign of equality.
      select org_id, substr(request ->> 'key', 2), id::text from hold_events ev
      where ${scope("ev")} and request ->> 'key' like '=%'
    ) k
    group by org_id, key`,
  rules: {
    KEY_REPEATED: {
      broken: sql`first_id <> last_id`,
      says: sql`format('the key %L stands for %s and for %s', key, first_id, last_id)`,
    },
  },
};
