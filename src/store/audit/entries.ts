import { sql } from "drizzle-orm";
import type { Inspection } from "./inspection.ts";

/** Every entry: beside the one before it on its account, and beside its transfer. */
export const entryInspection: Inspection = {
  rows: (scope) => sql`
    select e.*, a.id as known_account, a.currency as account_currency, t.kind, t.currency, t.booked_at,
      t.from_account_id = e.account_id and t.from_version = e.version as is_payers,
      t.to_account_id = e.account_id and t.to_version = e.version as is_payees,
      t.moved, a.customer_id is not null and t.kind in ('refund', 'adjustment') as lowers_spent
    from (
      select org_id, account_id, version, transfer_id, amount, funded, spent, created_at,
        lag(version, 1, 0::bigint) over before as version_before,
        lag(funded, 1, 0::numeric) over before as funded_before,
        lag(spent, 1, 0::numeric) over before as spent_before,
        lag(created_at) over before as created_before
      from entries e where ${scope("e")}
      window before as (partition by org_id, account_id order by version)
    ) e
    left join accounts a on a.org_id = e.org_id and a.id = e.account_id
    left join (
      select org_id, id, kind, currency, amount as moved, created_at as booked_at,
        from_account_id, from_version, to_account_id, to_version
      from transfers t where ${scope("t")}
    ) t on t.org_id = e.org_id and t.id = e.transfer_id`,
  rules: {
    ENTRY_WITHOUT_ACCOUNT: {
      broken: sql`known_account is null`,
      says: sql`format('entry %s is of an account that does not exist', version)`,
    },
    ENTRY_WITHOUT_TRANSFER: {
      broken: sql`kind is null`,
      says: sql`format('entry %s is of a transfer that does not exist', version)`,
    },
    ENTRY_NOT_NAMED: {
      broken: sql`not is_payers and not is_payees`,
      says: sql`format('entry %s is neither of the two that its transfer names', version)`,
    },
    ENTRY_AMOUNT: {
      broken: sql`amount <> case when is_payers then -moved when is_payees then moved end`,
      says: sql`format('entry %s is of %s, but its transfer moves %s %s this account', version,
        trim_scale(amount), trim_scale(moved), case when is_payers then 'from' else 'to' end)`,
    },
    ENTRY_CURRENCY: {
      broken: sql`account_currency <> currency`,
      says: sql`format('entry %s is of a transfer in %s, on an account in %s', version, currency, account_currency)`,
    },
    ENTRY_TIME: {
      broken: sql`(is_payers or is_payees) and created_at <> booked_at or created_at < created_before`,
      says: sql`format('entry %s has the time %s; its transfer has %s, and the entry before it %s', version,
        created_at, coalesce(booked_at::text, 'none'), coalesce(created_before::text, 'none'))`,
    },
    VERSION_GAP: {
      broken: sql`version <> version_before + 1`,
      says: sql`format('entry %s follows entry %s', version, version_before)`,
    },
    RUNNING_TOTALS: {
      // Where the entry before is missing there is nothing to compare with.
      broken: sql`version = version_before + 1 and (
        funded - spent <> funded_before - spent_before + amount
        or kind is not null and funded <> funded_before + case when amount > 0 and not lowers_spent then amount else 0 end)`,
      says: sql`format('entry %s has funded %s and spent %s; before it they were %s and %s, and it is a %s of %s',
        version, trim_scale(funded), trim_scale(spent), trim_scale(funded_before), trim_scale(spent_before),
        coalesce(kind, 'transfer'), trim_scale(amount))`,
    },
  },
};

/** Every currency of every organization. */
export const currencyInspection: Inspection = {
  rows: (scope) => sql`
    select a.org_id, null::uuid as account_id, null::uuid as transfer_id, a.currency, sum(e.amount) as total
    from entries e join accounts a on a.org_id = e.org_id and a.id = e.account_id
    where ${scope("e")} group by a.org_id, a.currency`,
  rules: {
    CURRENCY_UNBALANCED: {
      broken: sql`r.total <> 0`,
      says: sql`format('the entries in %s come to %s, not to 0', currency, trim_scale(r.total))`,
    },
  },
};
