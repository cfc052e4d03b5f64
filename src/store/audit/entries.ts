import { type SQL, sql } from "drizzle-orm";
import type { Inspection, Rule, Scope } from "./inspection.ts";

/**
 * Every side of every operation beside the one before it on its account, its account, and the batch that did it; and
 * every account beside its newest side. One reading of the journal and one sort: all that can be said along an account
 * is said here.
 */
export const entryInspection: Inspection = {
  rows: (scope) => sql`
    select *, coalesce(id, changed_id) as transfer_id, has_account and (id is null or is_newest) as is_accounts,
      greatest(clock, coalesce(newest_before, accounts_created_at)) as expected_at,
      coalesce(case when moves then at else newest_before end, accounts_created_at) as newest_at
    from (${sidesAlongAccounts(scope)}) s
    full join (
      select org_id, id as account_id, true as has_account, customer_id as accounts_customer, counter as accounts_counter,
        currency as accounts_currency, version as accounts_version, sequence as accounts_sequence,
        funded as accounts_funded, spent as accounts_spent, withdrawn as accounts_withdrawn, held as accounts_held,
        due_at, created_at as accounts_created_at, updated_at
      from accounts a where ${scope("a")}
    ) a using (org_id, account_id)
    left join (
      select org_id, account_id, true as has_holds, sum(remaining) as remaining,
        min(expires_at) filter (where state = 'active') as earliest
      from holds h where ${scope("h")} group by org_id, account_id
    ) h using (org_id, account_id)
    left join (${eventsOfAccounts(scope)}) n using (org_id, account_id)`,
  rules: { ...rulesOfChanges(), ...rulesOfEntries(), ...rulesOfAccounts() },
};

/** Every side of an operation with what came before it on its account; and what batches name that is not there. */
function sidesAlongAccounts(scope: Scope): SQL {
  return sql`
    select side.*, o.org_id, o.id, o.changed_id, o.kind, o.amount, o.currency, o.created_at, o.changed_at,
      o.position, o.ordinal, o.to_account_id is not null as moves,
      case when o.created_by = '' and o.kind = 'capture' and not side.is_payee
        then o.hold_expires_at else o.created_at end as clock,
      row_number() over along as nth, lead(side.sequence) over along is null as is_newest,
      lag(side.version, 1, 0::bigint) over along as version_before,
      lag(side.sequence, 1, 0::bigint) over along as sequence_before,
      lag(side.funded, 1, 0::numeric) over along as funded_before,
      lag(side.spent, 1, 0::numeric) over along as spent_before,
      lag(side.withdrawn, 1, 0::numeric) over along as withdrawn_before,
      max(side.at) filter (where o.to_account_id is not null)
        over (along rows between unbounded preceding and 1 preceding) as newest_before,
      lag(o.position) over along as position_before, lag(o.ordinal) over along as ordinal_before
    from (
      select coalesce(o.org_id, c.org_id) as org_id, c.id as changed_id, c.position, c.ordinal, c.at as changed_at, o.id,
        ${sql.raw(journalColumns.map((column) => `o.${column}`).join(", "))}
      from (select * from operations o where ${scope("o")}) o
      full join (
        select c.org_id, c.position, c.at, done.id, done.ordinal
        from changes c cross join lateral unnest(c.operations) with ordinality as done (id, ordinal)
        where ${scope("c")}
      ) c on c.org_id = o.org_id and c.id = o.id
    ) o
    cross join lateral (values
      (false, ${sql.raw(sideColumns.map((column) => `o.from_${column}`).join(", "))}),
      (true, ${sql.raw(sideColumns.map((column) => `o.to_${column}`).join(", "))})
    ) as side (is_payee, ${sql.raw(sideColumns.join(", "))})
    where side.account_id is not null or o.id is null and not side.is_payee
    window along as (partition by o.org_id, side.account_id order by side.sequence)`;
}

const sideColumns = [
  "account_id",
  "customer_id",
  "counter",
  "version",
  "sequence",
  "at",
  "funded",
  "spent",
  "withdrawn",
  "held",
];
const journalColumns = [
  ...["kind", "amount", "currency", "created_by", "created_at", "hold_expires_at"],
  ...sideColumns.flatMap((column) => [`from_${column}`, `to_${column}`]),
];

/** What raises an account's sequence and is no operation: expiries that were noted, and limits. */
function eventsOfAccounts(scope: Scope): SQL {
  return sql`
    select org_id, account_id, count(*) as events
    from (
      select c.org_id, h.account_id
      from changes c cross join lateral unnest(c.expired) as noted (id)
      join holds h on h.org_id = c.org_id and h.id = noted.id where ${scope("c")}
      union all
      select c.org_id, unnest(c.limited) from changes c where ${scope("c")}
    ) e group by org_id, account_id`;
}

function rulesOfChanges(): Record<string, Rule> {
  return {
    CHANGE_WITHOUT_OPERATION: {
      broken: sql`id is null and changed_id is not null`,
      says: sql`format('batch %s did operation %s, which does not exist', position, changed_id)`,
    },
    OPERATION_WITHOUT_CHANGE: {
      broken: sql`changed_id is null and not is_payee`,
      says: sql`'no batch says that it did the operation'`,
    },
    OPERATION_TIME: {
      broken: sql`created_at <> changed_at and not is_payee`,
      says: sql`format('the operation has the time %s; its batch has %s', created_at, changed_at)`,
    },
    CHANGE_ORDER: {
      broken: sql`(position, ordinal) <= (position_before, ordinal_before)`,
      says: sql`format('sequence %s was done in batch %s as number %s, after batch %s with number %s', sequence, position,
        ordinal, position_before, ordinal_before)`,
    },
  };
}

function rulesOfEntries(): Record<string, Rule> {
  return {
    ENTRY_WITHOUT_ACCOUNT: {
      broken: sql`account_id is not null and has_account is null`,
      says: sql`format('entry %s is of an account that does not exist', version)`,
    },
    ENTRY_OWNER: {
      broken: sql`has_account and id is not null
        and (customer_id is distinct from accounts_customer or counter is distinct from accounts_counter)`,
      says: sql`format('entry %s is of %s, on an account of %s', version, coalesce(customer_id::text, counter),
        coalesce(accounts_customer::text, accounts_counter))`,
    },
    ENTRY_CURRENCY: {
      broken: sql`accounts_currency <> currency`,
      says: sql`format('entry %s is in %s, on an account in %s', version, currency, accounts_currency)`,
    },
    VERSION_GAP: {
      broken: sql`version <> version_before + moves::integer`,
      says: sql`format('version %s follows version %s, with %s booking', version, version_before,
        case when moves then 'a' else 'no' end)`,
    },
    SEQUENCE_ORDER: {
      broken: sql`sequence <= sequence_before`,
      says: sql`format('sequence %s follows sequence %s', sequence, sequence_before)`,
    },
    RUNNING_TOTALS: {
      // Where the entry before is missing there is nothing to compare with.
      broken: sql`version = version_before + moves::integer and (funded, spent, coalesce(withdrawn, 0)) <> (
        funded_before + case when ${isFunded} then amount else 0 end,
        spent_before + case when ${isSpentDown} then -amount when ${isSpent} then amount else 0 end,
        coalesce(withdrawn_before, 0) + case when ${isWithdrawn} then amount else 0 end)`,
      says: sql`format('version %s has funded %s, spent %s and withdrawn %s; before it they were %s, %s and %s, and %s %s of %s',
        version, trim_scale(funded), trim_scale(spent), coalesce(trim_scale(withdrawn), 0), trim_scale(funded_before),
        trim_scale(spent_before), coalesce(trim_scale(withdrawn_before), 0),
        case when is_payee then 'it is paid by a' else 'it pays for a' end, kind, trim_scale(amount))`,
    },
    ENTRY_TIME: {
      broken: sql`at <> expected_at`,
      says: sql`format('version %s has the time %s; by the clock and the entry before it that is %s', version, at, expected_at)`,
    },
    ENTRY_HELD: {
      broken: sql`held <> 0 and has_holds is null`,
      says: sql`format('version %s has %s held, on an account that never had a hold', version, trim_scale(held))`,
    },
  };
}

const isCustomers = sql`customer_id is not null`;
const isSpentDown = sql`moves and is_payee and ${isCustomers} and kind in ('refund', 'adjustment')`;
const isFunded = sql`moves and is_payee and not (${isCustomers} and kind in ('refund', 'adjustment'))`;
const isWithdrawn = sql`moves and not is_payee and ${isCustomers} and kind = 'reversal'`;
const isSpent = sql`moves and not is_payee and not (${isCustomers} and kind = 'reversal')`;

function rulesOfAccounts(): Record<string, Rule> {
  return {
    ACCOUNT_VERSION: {
      broken: sql`is_accounts and accounts_version <> coalesce(version, 0)`,
      says: sql`format('the account has version %s; its newest operation has %s', accounts_version, coalesce(version, 0))`,
    },
    ACCOUNT_SEQUENCE: {
      broken: sql`is_accounts and (accounts_sequence <> coalesce(nth, 0) + coalesce(events, 0) or accounts_sequence < sequence)`,
      says: sql`format('the account has sequence %s; it has %s operations, the newest of them %s, and %s expiries and limits',
        accounts_sequence, coalesce(nth, 0), coalesce(sequence, 0), coalesce(events, 0))`,
    },
    ACCOUNT_TOTALS: {
      broken: sql`is_accounts and (accounts_funded, accounts_spent, accounts_withdrawn)
        <> (coalesce(funded, 0), coalesce(spent, 0), coalesce(withdrawn, 0))`,
      says: sql`format('the account has funded %s, spent %s and withdrawn %s; its newest operation has %s, %s and %s',
        trim_scale(accounts_funded), trim_scale(accounts_spent), trim_scale(accounts_withdrawn),
        coalesce(trim_scale(funded), 0), coalesce(trim_scale(spent), 0), coalesce(trim_scale(withdrawn), 0))`,
    },
    ACCOUNT_TIME: {
      broken: sql`is_accounts and updated_at <> newest_at`,
      says: sql`format('the account has the time %s; its newest entry has %s', updated_at, newest_at)`,
    },
    ACCOUNT_HELD: {
      broken: sql`is_accounts and accounts_held <> coalesce(remaining, 0)`,
      says: sql`format('the account has %s held; its active holds come to %s', trim_scale(accounts_held),
        coalesce(trim_scale(remaining), 0))`,
    },
    ACCOUNT_DUE: {
      broken: sql`is_accounts and coalesce(due_at > earliest, earliest is not null)`,
      says: sql`format('the account has its first hold due at %s; an active one is at %s',
        coalesce(due_at::text, 'no time'), earliest)`,
    },
  };
}
