import { type SQL, sql } from "drizzle-orm";
import { rowsOf } from "../driver/rows.ts";
import { accountRow } from "./account-row.ts";

/**
 * Writes accounts that exist, whose rows are bound to a placeholder. Each change of an account raises its sequence, so that
 * before tells whether anybody else has changed it.
 */
export function updateOfAccounts(org: SQL, placeholder: string): SQL {
  return sql`
  update accounts as a set version = r.version, sequence = r.sequence, funded = r.funded, spent = r.spent,
    withdrawn = r.withdrawn, held = r.held, due_at = r.due_at, updated_at = r.updated_at
  from ${rowsOf(accountRow, placeholder)} as r
  where a.org_id = ${org} and a.id = r.id and a.sequence = r.sequence_before`;
}
