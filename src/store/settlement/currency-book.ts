import { sql } from "drizzle-orm";
import { Amount } from "../../domain/amount.ts";
import type { CurrencyBook } from "../../domain/currency.ts";
import { arrayText } from "../driver/arrays.ts";
import type { Transaction } from "../driver/lane.ts";
import { statement } from "../driver/statement.ts";

const read = statement<"org" | "codes">(sql`
  select exists (select from currencies where org_id = ${sql.placeholder("org")}::uuid) as "hasAny",
    k.code, k.places::text as places, k.status, k.minimum_top_up as "minimumTopUp"
  from (select 1) as one
  left join currencies k on k.org_id = ${sql.placeholder("org")}::uuid and k.code = any(${sql.placeholder("codes")}::text[])`);

interface Row {
  readonly hasAny: boolean;
  readonly code: string | null;
  readonly places: string;
  readonly status: "active" | "inactive";
  readonly minimumTopUp: string;
}

/** What an organization says of some currencies. Asked behind `momentOf`, which keeps it from changing. */
export async function readCurrencies(
  transaction: Transaction,
  orgId: string,
  codes: readonly string[],
): Promise<CurrencyBook> {
  const rows = await transaction.rows<Row>(read({ org: orgId, codes: arrayText(codes, "text") }));
  const configured = rows.flatMap(({ code, places, status, minimumTopUp }) =>
    code === null
      ? []
      : [
          [
            code,
            {
              places: Number.parseInt(places, 10),
              isActive: status === "active",
              minimumTopUp: Amount.of(minimumTopUp),
            },
          ] as const,
        ],
  );
  return { hasAny: rows[0]?.hasAny === true, configured: new Map(configured) };
}
