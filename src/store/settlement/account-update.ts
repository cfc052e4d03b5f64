import { type SQL, sql } from "drizzle-orm";
import { rowsOf } from "../driver/statements/rows.ts";
import { accountRow, changedAccountRow } from "./account-row.ts";

/** The columns that are written of an account that exists. */
const figures = sql.raw(`version = r.version, sequence = r.sequence, funded = r.funded, spent = r.spent,
    withdrawn = r.withdrawn, held = r.held, due_at = r.due_at`);

/**
 * Updates accounts, whose new rows are bound to a placeholder. Every change of an account raises its sequence, so a row that has
 * another sequence than it had under the lock was changed by somebody else, and is not updated.
 */
export function updateOfAccounts(org: SQL): SQL {
  return sql`
  update accounts as a set ${figures}, updated_at = r.updated_at
  from ${rowsOf(accountRow)} as r
  where a.org_id = ${org} and a.id = r.id and a.sequence = r.sequence_before`;
}

/**
 * Updates accounts whose rows are locked, and finds them by their place (ctid), which saves a look-up for each. In a generic plan
 * only the place can find them, so they are updated, and returned, in the order of `r.ordinality`.
 */
export function updateInPlace({ org, at, rows }: { org: SQL; at: SQL; rows: string }): SQL {
  return sql`
  update accounts as a set ${figures}, updated_at = coalesce(r.updated_at, ${at})
  from ${rowsOf(changedAccountRow, rows)} with ordinality as r
  where a.ctid = r.tuple and (a.org_id = ${org}) is true and a.sequence = r.sequence_before`;
}
