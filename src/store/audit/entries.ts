import { type SQL, sql } from "drizzle-orm";
import { accountFacts } from "./account-facts.ts";
import { accountRules } from "./account-rules.ts";
import { changeRules } from "./change-rules.ts";
import { entryRules } from "./entry-rules.ts";
import type { Inspection, Scope } from "./inspection.ts";
import { sides } from "./sides.ts";

/**
 * Every side of every operation beside the one before it on its account, its account, and the batch that did it; and
 * every account beside its newest side. One reading of the journal and one sort: all that can be said along an account
 * is said here.
 */
export const entryInspection: Inspection = {
  rows: (scope) => sql`
    select *, id as transfer_id, has_account and (kind is null or is_newest) as is_accounts,
      greatest(clock, coalesce(newest_before, accounts_created_at)) as expected_at,
      coalesce(case when moves then at else newest_before end, accounts_created_at) as newest_at
    from (${sidesAlongAccounts(scope)}) s
    full join (${accountFacts(scope)}) a using (account_id, org_id)`,
  rules: { ...changeRules, ...entryRules, ...accountRules },
};

/** Every side with what came before it on its account. */
function sidesAlongAccounts(scope: Scope): SQL {
  return sql`
    select *, row_number() over along as nth, lead(sequence) over along is null as is_newest,
      lag(version, 1, 0::bigint) over along as version_before,
      lag(funded, 1, 0::numeric) over along as funded_before,
      lag(spent, 1, 0::numeric) over along as spent_before,
      lag(withdrawn, 1, 0::numeric) over along as withdrawn_before,
      lag(held) over along as held_before,
      max(at) filter (where moves) over (along rows between unbounded preceding and 1 preceding) as newest_before,
      lag(position) over along as position_before, lag(ordinal) over along as ordinal_before
    from (${sides(scope)}) side
    -- The account comes first: PostgreSQL sorts fastest by what differs in the first column.
    window along as (partition by account_id, org_id order by sequence)`;
}
