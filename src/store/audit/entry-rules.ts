import { sql } from "drizzle-orm";
import type { Rule } from "./inspection.ts";

const isCustomers = sql`customer_id is not null`;
const isSpentDown = sql`moves and is_payee and ${isCustomers} and kind in ('refund', 'adjustment')`;
const isFunded = sql`moves and is_payee and not (${isCustomers} and kind in ('refund', 'adjustment'))`;
const isWithdrawn = sql`moves and not is_payee and ${isCustomers} and kind = 'reversal'`;
const isSpent = sql`moves and not is_payee and not (${isCustomers} and kind = 'reversal')`;

/** What must be true of a side of an operation beside its account and the one before it. */
export const entryRules: Readonly<Record<string, Rule>> = {
  ENTRY_WITHOUT_ACCOUNT: {
    broken: sql`account_id is not null and has_account is null`,
    says: sql`format('entry %s is of an account that does not exist', version)`,
  },
  ENTRY_OWNER: {
    broken: sql`has_account and kind is not null
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
  SEQUENCE_GAP: {
    // Within a batch expiries come before operations. A binary search: an account may have as many of them as it likes.
    broken: sql`sequence <> nth + coalesce(width_bucket(position, events), 0)`,
    says: sql`format('the operation has sequence %s; until then the account had %s operations, and %s expiries and limits',
      sequence, nth, coalesce(width_bucket(position, events), 0))`,
  },
  RUNNING_TOTALS: {
    // Where the entry before is missing there is nothing to compare with.
    broken: sql`version = version_before + moves::integer and (funded, spent, coalesce(withdrawn, 0)) <> (
      funded_before + case when ${isFunded} then amount else 0 end,
      spent_before + case when ${isSpentDown} then -amount when ${isSpent} then amount else 0 end,
      withdrawn_before + case when ${isWithdrawn} then amount else 0 end)`,
    says: sql`format('version %s has funded %s, spent %s and withdrawn %s; before it they were %s, %s and %s, and %s %s of %s',
      version, trim_scale(funded), trim_scale(spent), coalesce(trim_scale(withdrawn), 0), trim_scale(funded_before),
      trim_scale(spent_before), trim_scale(withdrawn_before),
      case when is_payee then 'it is paid by a' else 'it pays for a' end, kind, trim_scale(amount))`,
  },
  ENTRY_TIME: {
    broken: sql`at <> expected_at`,
    says: sql`format('version %s has the time %s; by the clock and the entry before it that is %s', version, at, expected_at)`,
  },
  ENTRY_HELD: {
    // Where holds have expired their moments count, too: HELD_TOTAL.
    broken: sql`held <> held_before + held_change and not has_lapsed`,
    says: sql`format('version %s has %s held; before it that was %s, and it changed by %s', version, trim_scale(held),
      trim_scale(held_before), trim_scale(held_change))`,
  },
};
