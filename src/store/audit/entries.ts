import { type SQL, sql } from "drizzle-orm";
import { accountFacts } from "./account-facts.ts";
import { accountRules } from "./account-rules.ts";
import { changeRules } from "./change-rules.ts";
import { entryRules } from "./entry-rules.ts";
import type { Inspection, Scope } from "./inspection.ts";

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
    full join (${accountFacts(scope)}) a using (account_id, org_id)`,
  rules: { ...changeRules, ...entryRules, ...accountRules },
};

/** Every side of an operation with what came before it on its account; and what batches name that is not there. */
function sidesAlongAccounts(scope: Scope): SQL {
  return sql`
    select side.*, o.org_id, o.id, o.changed_id, o.kind, o.amount, o.currency, o.created_by,
      o.created_at, o.changed_at, o.position, o.ordinal, o.to_account_id is not null as moves,
      case when o.created_by = '' and o.kind = 'capture' and not side.is_payee
        then o.hold_expires_at else o.created_at end as clock,
      case when side.is_payee then 0 else coalesce(o.held_change, 0) end as held_change,
      row_number() over along as nth, lead(side.sequence) over along is null as is_newest,
      lag(side.version, 1, 0::bigint) over along as version_before,
      lag(side.funded, 1, 0::numeric) over along as funded_before,
      lag(side.spent, 1, 0::numeric) over along as spent_before,
      lag(side.withdrawn, 1, 0::numeric) over along as withdrawn_before,
      lag(side.held) over along as held_before,
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
    -- The account comes first: PostgreSQL sorts fastest by what differs in the first column.
    window along as (partition by side.account_id, o.org_id order by side.sequence)`;
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
  ...["kind", "amount", "currency", "created_by", "created_at", "hold_expires_at", "held_change"],
  ...sideColumns.flatMap((column) => [`from_${column}`, `to_${column}`]),
];
