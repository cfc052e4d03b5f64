import { sql } from "drizzle-orm";
import type { Transfer } from "../../domain/recorded.ts";
import type { Database } from "../driver/database.ts";
import { table } from "../driver/statements/arrays.ts";
import { isOperation, movedBy, o, operationColumns } from "./sides.ts";

/** Of the newest credits of an account and transfers to it, how many are looked through for a credit. */
const lookedThroughMax = 1_000;

/** Reads the newest credits of accounts, each a short walk along an index of its own, however long a history is. */
export class TopUps {
  constructor(private readonly database: Database) {}

  /** By the ids of the accounts; none of one that had no credit lately. */
  async newest(
    orgId: string,
    accountIds: readonly string[],
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, Transfer>> {
    if (accountIds.length === 0) return new Map();
    const wanted = table("w", accountIds, { wanted_account: ["uuid", (id) => id] });
    const newestCredit = sql`(select recent.id from (
      select o.id, o.kind, o.to_version from operations o
      where o.org_id = ${orgId}::uuid and o.to_account_id = wanted_account and o.kind in ('credit', 'transfer')
      order by o.to_version desc limit ${lookedThroughMax}) as recent
      where recent.kind = 'credit' order by recent.to_version desc limit 1) as credit`;
    const hits = sql`(select wanted_account, credit.id from ${wanted} cross join lateral ${newestCredit}
      limit ${accountIds.length}) as hit`;
    const rows = await this.database
      .orm(signal)
      .select({ accountId: sql<string>`hit.wanted_account`, operation: operationColumns })
      .from(hits)
      .innerJoin(o, isOperation(orgId, sql`hit.id`))
      .limit(accountIds.length);
    return new Map(rows.map(({ accountId, operation }) => [accountId, movedBy(operation)]));
  }
}
