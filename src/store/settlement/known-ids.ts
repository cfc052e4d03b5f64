import { sql } from "drizzle-orm";
import { arrayText } from "../driver/arrays.ts";
import type { Transaction } from "../driver/lane.ts";
import { statement } from "../driver/statement.ts";

const find = statement<"org" | "ids">(sql`
  select id from operations where org_id = ${sql.placeholder("org")}::uuid and id = any(${sql.placeholder("ids")}::uuid[])`);

/** Of the ids those under which something was done already. */
export async function knownIds(
  transaction: Transaction,
  orgId: string,
  ids: readonly string[],
): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await transaction.rows<{ id: string }>(find({ org: orgId, ids: arrayText(ids, "uuid") }));
  return rows.map(({ id }) => id);
}
