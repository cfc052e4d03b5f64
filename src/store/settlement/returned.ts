import { sql } from "drizzle-orm";
import { Amount } from "../../domain/amount.ts";
import type { NewestCredit } from "../../domain/ledger-view.ts";
import { array } from "../driver/statements/arrays.ts";
import type { Orm } from "../driver/statements/orm.ts";

/**
 * How much was refunded of charges and captures, and reversed of credits, by id. Each refund and reversal has the sum so far, so
 * only the newest is read. The sums cannot change while the customer's account is locked.
 */
export async function returnedOf(
  orm: Orm,
  orgId: string,
  ids: readonly string[],
): Promise<Map<string, Amount>> {
  const rows = await orm.execute<{ id: string; returned: string }>(sql`
    select w.id, newest.returned from unnest(${array(ids, "uuid")}) as w (id)
    cross join lateral (
      select o.returned from operations o where o.org_id = ${orgId}::uuid and o.refers_to = w.id
      order by o.returned desc limit 1) as newest`);
  return new Map(rows.map(({ id, returned }) => [id, Amount.of(returned)]));
}

/** The newest credit of each account, by account id, with the balance right after it, less its reversals. */
export async function newestCredits(
  orm: Orm,
  orgId: string,
  accountIds: readonly string[],
): Promise<Map<string, NewestCredit>> {
  const rows = await orm.execute<{ accountId: string; id: string; balance: string }>(sql`
    select w.id as "accountId", credit.id,
      credit.to_funded - credit.to_spent - credit.to_withdrawn - coalesce(newest.returned, 0) as balance
    from unnest(${array(accountIds, "uuid")}) as w (id)
    cross join lateral (
      select o.* from operations o
      where o.org_id = ${orgId}::uuid and o.to_account_id = w.id and o.kind in ('credit', 'transfer')
      order by o.to_version desc limit 1) as credit
    left join lateral (
      select o.returned from operations o where o.org_id = ${orgId}::uuid and o.refers_to = credit.id
      order by o.returned desc limit 1) as newest on true`);
  return new Map(rows.map(({ accountId, id, balance }) => [accountId, { id, balance: Amount.of(balance) }]));
}
