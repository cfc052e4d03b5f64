import { sql } from "drizzle-orm";
import type { Rule } from "./inspection.ts";

/** What must be true of an account beside its newest operation, its holds, and what else raised its sequence. */
export const accountRules: Readonly<Record<string, Rule>> = {
  ACCOUNT_VERSION: {
    broken: sql`is_accounts and accounts_version <> coalesce(version, 0)`,
    says: sql`format('the account has version %s; its newest operation has %s', accounts_version, coalesce(version, 0))`,
  },
  ACCOUNT_SEQUENCE: {
    broken: sql`is_accounts and (accounts_sequence <> coalesce(nth, 0) + coalesce(cardinality(events), 0))`,
    says: sql`format('the account has sequence %s; it has %s operations, the newest of them %s, and %s expiries and limits',
      accounts_sequence, coalesce(nth, 0), coalesce(sequence, 0), coalesce(cardinality(events), 0))`,
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
    broken: sql`is_accounts and accounts_held <> remaining`,
    says: sql`format('the account has %s held; its active holds come to %s', trim_scale(accounts_held),
      trim_scale(remaining))`,
  },
  ACCOUNT_DUE: {
    broken: sql`is_accounts and coalesce(due_at > earliest, earliest is not null)`,
    says: sql`format('the account has its first hold due at %s; an active one is at %s',
      coalesce(due_at::text, 'no time'), earliest)`,
  },
};
