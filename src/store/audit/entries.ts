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

/** Every side with what came before it on its account: in arrays, because each look at the row before costs. */
function sidesAlongAccounts(scope: Scope): SQL {
  return sql`
    select *, coalesce(places_before[1], 0) as version_before, places_before[2] as position_before,
      places_before[3] as ordinal_before, coalesce(totals_before[1], 0) as funded_before,
      coalesce(totals_before[2], 0) as spent_before, coalesce(totals_before[3], 0) as withdrawn_before,
      coalesce(totals_before[4], 0) as held_before
    from (
      select *, row_number() over along as nth, lead(sequence) over along is null as is_newest,
        lag(array[version, position, ordinal]) over along as places_before,
        lag(array[funded, spent, withdrawn, held]) over along as totals_before,
        max(at) filter (where moves) over along as newest_before
      from (${sides(scope)}) side
      -- The account comes first: PostgreSQL sorts fastest by what differs in the first column.
      window along as (partition by account_id, org_id order by sequence
        rows between unbounded preceding and 1 preceding)
    ) side`;
}
