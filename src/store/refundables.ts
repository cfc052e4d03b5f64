import { and, eq, sql } from "drizzle-orm";
import { Amount } from "../domain/amount.ts";
import type { Refundable } from "../domain/ledger-view.ts";
import { array } from "./arrays.ts";
import type { Orm } from "./driver/orm.ts";
import { bookedTransfers } from "./known.ts";
import { transfers } from "./schema.ts";

/**
 * Transfers with what was given back of them so far, by id. A refund locks the account that was charged, so under that
 * lock the sum is final.
 */
export async function findRefundables(
  orm: Orm,
  orgId: string,
  ids: readonly string[],
): Promise<Map<string, Refundable>> {
  const isTheirs = sql`${transfers.refundOf} = any(${array(ids, "uuid")})`;
  const [booked, sums] = await Promise.all([
    bookedTransfers(orm, orgId, ids),
    orm
      .select({ refundOf: transfers.refundOf, sum: sql<string>`sum(${transfers.amount})` })
      .from(transfers)
      .where(and(eq(transfers.orgId, orgId), isTheirs))
      .groupBy(transfers.refundOf),
  ]);
  const refunded = new Map(sums.map(({ refundOf, sum }) => [refundOf, Amount.of(sum)]));
  return new Map(
    [...booked].map(
      ([
        id,
        {
          booked: { transfer },
        },
      ]) => [id, { transfer, refunded: refunded.get(id) ?? Amount.zero }],
    ),
  );
}
