import { type SQL, sql } from "drizzle-orm";
import type { Scope } from "./inspection.ts";

const columnsOfSides = [
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

/**
 * Every side of every operation, a row each, with the place in the batch that did it; and what batches name that is not
 * there. What moves nothing has one side.
 */
export function sides(scope: Scope): SQL {
  const ofSide = columnsOfSides.map(
    (column) => `case when is_payee then to_${column} else from_${column} end as ${column}`,
  );
  return sql`
    select org_id, id, changed_id, kind, amount, currency, created_at, changed_at, position, ordinal, is_payee,
      to_account_id is not null as moves, created_by = 'import' as is_imported,
      case when created_by = '' and kind = 'capture' and not is_payee then hold_expires_at else created_at end as clock,
      case when is_payee then 0 else coalesce(held_change, 0) end as held_change, ${sql.raw(ofSide.join(", "))}
    from (select * from operations o where ${scope("o")}) o
    full join (
      select c.org_id, done.id, done.id as changed_id, c.position, done.ordinal, c.at as changed_at
      from changes c cross join lateral unnest(c.operations) with ordinality as done (id, ordinal)
      where ${scope("c")}
    ) c using (org_id, id)
    -- Not a row of values for each: PostgreSQL compiles those anew for every operation.
    cross join (values (false), (true)) as side (is_payee)
    where not is_payee or to_account_id is not null
    -- Keeps the sort that follows from carrying both sides in each row.
    offset 0`;
}
