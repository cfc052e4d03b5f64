import { sql } from "drizzle-orm";
import type { Inspection } from "./inspection.ts";

/** Every account beside its entries and its holds. */
export const accountInspection: Inspection = {
  rows: (scope) => sql`
    select a.org_id, a.id as account_id, newest.transfer_id, a.version, a.funded, a.spent, a.held, a.holds_expire_at,
      a.updated_at, coalesce(e.count, 0) as count, coalesce(e.newest, 0) as newest, coalesce(e.sum, 0) as sum,
      coalesce(newest.funded, 0) as newest_funded, coalesce(newest.spent, 0) as newest_spent,
      newest.created_at as newest_at, coalesce(h.remaining, 0) as remaining, h.earliest
    from accounts a
    left join (
      select org_id, account_id, count(*) as count, max(version) as newest, sum(amount) as sum
      from entries e where ${scope("e")} group by org_id, account_id
    ) e on e.org_id = a.org_id and e.account_id = a.id
    left join entries newest
      on newest.org_id = a.org_id and newest.account_id = a.id and newest.version = e.newest
    left join (
      select org_id, account_id, sum(remaining) as remaining, min(expires_at) as earliest
      from holds h where ${scope("h")} and state = 'active' group by org_id, account_id
    ) h on h.org_id = a.org_id and h.account_id = a.id
    where ${scope("a")}`,
  rules: {
    ACCOUNT_VERSION: {
      broken: sql`version <> count or version <> newest`,
      says: sql`format('the account has version %s; it has %s entries, the newest of them %s', version, count, newest)`,
    },
    ACCOUNT_TOTALS: {
      broken: sql`funded <> newest_funded or spent <> newest_spent or funded - spent <> sum`,
      says: sql`format(
        'the account has funded %s and spent %s; its newest entry has %s and %s, and its entries come to %s',
        trim_scale(funded), trim_scale(spent), trim_scale(newest_funded), trim_scale(newest_spent), trim_scale(sum))`,
    },
    ACCOUNT_TIME: {
      broken: sql`updated_at <> newest_at`,
      says: sql`format('the account has the time %s; its newest entry has %s', updated_at, newest_at)`,
    },
    ACCOUNT_HELD: {
      broken: sql`held <> remaining`,
      says: sql`format('the account has %s held; its active holds come to %s', trim_scale(held), trim_scale(remaining))`,
    },
    ACCOUNT_HOLD_EXPIRY: {
      broken: sql`coalesce(holds_expire_at > earliest, earliest is not null)`,
      says: sql`format('the account has its first hold expire at %s; an active one does at %s',
        coalesce(holds_expire_at::text, 'no time'), earliest)`,
    },
  },
};
