import { sql } from "drizzle-orm";
import type { Ceiling } from "../../domain/ceiling.ts";
import { arrayText } from "../driver/statements/arrays.ts";
import { statement } from "../driver/statements/statement.ts";
import type { Transaction } from "../driver/transactions/lane.ts";
import { type CeilingRow, ceilingOf } from "../terms/ceiling-row.ts";

const read = statement<"org" | "currencies">(sql`
  select currency, credit, adjustment, overdraft, debt from ceilings
  where org_id = ${sql.placeholder("org")}::uuid and currency = any(${sql.placeholder("currencies")}::text[])`);

/** The ceilings by currency. Must be sent after `momentOf`, which keeps them from changing. */
export async function ceilingsOf(
  transaction: Transaction,
  orgId: string,
  currencies: readonly string[],
): Promise<Map<string, Ceiling>> {
  const rows = await transaction.rows<CeilingRow>(
    read({ org: orgId, currencies: arrayText(currencies, "text") }),
  );
  return new Map(rows.map((row) => [row.currency, ceilingOf(row)]));
}
