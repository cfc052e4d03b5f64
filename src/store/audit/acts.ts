import { sql } from "drizzle-orm";
import type { Inspection } from "./inspection.ts";

/** What says who made it, beside the record of that. A row from before there were records says nobody. */
export const actInspection: Inspection = {
  rows: (scope) => sql`
    select made.org_id, null::uuid as account_id, null::uuid as transfer_id, made.target, made.created_by, a.id as act_id
    from (
      select c.org_id, 'customer.create' as verb, 'customers/' || c.id as target, c.created_by
      from customers c where ${scope("c")} and c.created_by <> ''
      union all
      select y.org_id, 'currency.create', 'currencies/' || y.code, y.created_by
      from currencies y where ${scope("y")} and y.created_by <> '') as made
    left join acts a on a.org_id = made.org_id and a.verb = made.verb and a.target = made.target
      and a.actor = made.created_by and ${scope("a")}`,
  rules: {
    ACT_MISSING: {
      broken: sql`r.act_id is null`,
      says: sql`format('nothing records that %s was made by %s', r.target, r.created_by)`,
    },
  },
};
