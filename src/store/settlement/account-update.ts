import { type SQL, sql } from "drizzle-orm";
import { rowsOf } from "../driver/rows.ts";
import { accountRow, changedAccountRow } from "./account-row.ts";

/** What is written of an account that exists. */
const figures = sql.raw(`version = r.version, sequence = r.sequence, funded = r.funded, spent = r.spent,
    withdrawn = r.withdrawn, held = r.held, due_at = r.due_at`);

/**
 * Writes accounts that exist, whose rows are bound to a placeholder. Each change of an account raises its sequence, so that
 * before tells whether anybody else has changed it.
 */
export function updateOfAccounts(org: SQL): SQL {
  return sql`
  update accounts as a set ${figures}, updated_at = r.updated_at
  from ${rowsOf(accountRow)} as r
  where a.org_id = ${org} and a.id = r.id and a.sequence = r.sequence_before`;
}

/**
 * The same for accounts whose rows are locked and found where they are, which spares a look-up of each. In a plan for
 * whatever parameters nothing but the place finds them: so they are written, and answered, in the order of `r.ordinality`.
 */
export function updateInPlace({ org, at, rows }: { org: SQL; at: SQL; rows: string }): SQL {
  return sql`
  update accounts as a set ${figures}, updated_at = coalesce(r.updated_at, ${at})
  from ${rowsOf(changedAccountRow, rows)} with ordinality as r
  where a.ctid = r.tuple and (a.org_id = ${org}) is true and a.sequence = r.sequence_before`;
}
