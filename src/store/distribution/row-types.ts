import type { TransactionSql } from "postgres";

/** The types in which rows are handed over. */
export const rowTypes = [
  "changed_account",
  "numbered_operation",
  "written_account",
  "written_hold",
  "written_operation",
] as const;

/** Types that were there before the extension are on the coordinator alone; Citus takes to the nodes whatever a new function needs. */
export async function carryRowTypes(sql: TransactionSql): Promise<void> {
  const parameters = rowTypes.join(", ");
  await sql.unsafe(`create function carry_row_types(${parameters}) returns void language sql as ''`);
  await sql.unsafe(`drop function carry_row_types(${parameters})`);
}
