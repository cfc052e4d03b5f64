import { type SQL, sql } from "drizzle-orm";
import type { Scope } from "./inspection.ts";

/** Every account with what its holds come to, and where its sequence rose for what is no operation. */
export function accountFacts(scope: Scope): SQL {
  return sql`
    select org_id, account_id, true as has_account, customer_id as accounts_customer, counter as accounts_counter,
      currency as accounts_currency, version as accounts_version, sequence as accounts_sequence,
      funded as accounts_funded, spent as accounts_spent, withdrawn as accounts_withdrawn, held as accounts_held,
      due_at, created_at as accounts_created_at, updated_at, coalesce(remaining, 0) as remaining, earliest, events,
      coalesce(has_lapsed, false) as has_lapsed
    from (select *, id as account_id from accounts a where ${scope("a")}) a
    left join (
      select org_id, account_id, sum(remaining) as remaining, min(expires_at) filter (where state = 'active') as earliest
      from holds h where ${scope("h")} group by org_id, account_id
    ) h using (org_id, account_id)
    left join (
      select org_id, account_id, array_agg(position order by position) as events
      from (
        select c.org_id, h.account_id, c.position
        from changes c cross join lateral unnest(c.expired) as noted (id)
        join holds h on h.org_id = c.org_id and h.id = noted.id where ${scope("c")} and ${scope("h")}
        union all
        select c.org_id, unnest(c.limited), c.position from changes c where ${scope("c")}
      ) e group by org_id, account_id
    ) e using (org_id, account_id)
    left join (${lapsedAccounts(scope)}) l using (org_id, account_id)`;
}

/** The accounts on which holds have expired, whether or not anybody has noted it. */
export function lapsedAccounts(scope: Scope): SQL {
  return sql`
    select distinct org_id, account_id, true as has_lapsed
    from holds h
    left join (
      select c.org_id, noted.id from changes c cross join lateral unnest(c.expired) as noted (id) where ${scope("c")}
    ) n using (org_id, id)
    where ${scope("h")} and (n.id is not null
      or h.state = 'active' and h.on_expiry = 'release' and h.expires_at <= (select max(at) from changes c where ${scope("c")}))`;
}
