import { sql } from "drizzle-orm";
import { Amount } from "../../domain/amount.ts";
import type { NewestCredit } from "../../domain/ledger-view.ts";
import { array } from "../driver/arrays.ts";
import type { Orm } from "../driver/orm.ts";

/**
 * How much of charges, captures and credits was given or taken back, by id. Each such operation keeps the sum up to
 * itself, so that the newest tells, however many there are. Under the lock of their customer's account it is final.
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

/** The newest credit of accounts, by account id: what the balance was right after it, less what was taken back of it. */
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
