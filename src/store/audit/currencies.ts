import { sql } from "drizzle-orm";
import type { Inspection } from "./inspection.ts";

/** Every currency of every organization. */
export const currencyInspection: Inspection = {
  rows: (scope) => sql`
    select org_id, null::uuid as account_id, null::uuid as transfer_id, currency,
      sum(funded - spent - withdrawn) as total
    from accounts a where ${scope("a")} group by org_id, currency`,
  rules: {
    CURRENCY_UNBALANCED: {
      broken: sql`r.total <> 0`,
      says: sql`format('the balances in %s come to %s, not to 0', currency, trim_scale(r.total))`,
    },
  },
};
