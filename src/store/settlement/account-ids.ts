import { sql } from "drizzle-orm";
import { type AccountRef, accountOf } from "../../domain/account.ts";
import { ownerOf } from "../books/account.ts";
import { array } from "../driver/statements/arrays.ts";
import type { Orm } from "../driver/statements/orm.ts";

/** The ids of the accounts that exist, by key. Of a counter-account it is the id of one stripe. */
export async function accountIds(
  orm: Orm,
  of: { orgId: string; stripe: number },
  wanted: readonly AccountRef[],
): Promise<Map<string, string>> {
  const { orgId, stripe } = of;
  const customers = wanted.flatMap(({ owner, currency }) =>
    "customerId" in owner ? [{ name: owner.customerId, currency }] : [],
  );
  const counters = wanted.flatMap(({ owner, currency }) =>
    "counter" in owner ? [{ name: owner.counter, currency }] : [],
  );
  const names = (list: readonly { name: string }[]) => list.map(({ name }) => name);
  const currencies = (list: readonly { currency: string }[]) =>
    array(
      list.map(({ currency }) => currency),
      "text",
    );
  // Two joins and not one condition on both kinds, so that each finds its accounts by its index.
  const rows = await orm.execute<{
    id: string;
    customerId: string | null;
    counter: string | null;
    currency: string;
  }>(sql`
    select a.id, a.customer_id as "customerId", a.counter, a.currency
    from unnest(${array(names(customers), "uuid")}, ${currencies(customers)}) as w (customer_id, currency)
    join accounts a on a.org_id = ${orgId}::uuid and a.customer_id = w.customer_id and a.currency = w.currency
    union all
    select a.id, a.customer_id, a.counter, a.currency
    from unnest(${array(names(counters), "text")}, ${currencies(counters)}) as w (counter, currency)
    join accounts a on a.org_id = ${orgId}::uuid and a.counter = w.counter and a.stripe = ${stripe}::smallint
      and a.currency = w.currency`);
  return new Map(rows.map((row) => [accountOf(ownerOf(row), row.currency).key, row.id]));
}
