import { sql } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import { type AccountOwner, accountKey } from "../domain/account.ts";
import { ownerOf } from "./accounts.ts";
import { array } from "./arrays.ts";
import type { Orm } from "./driver/orm.ts";

/** An account that is to be there, before its row is known. */
export interface WantedAccount {
  readonly owner: AccountOwner;
  readonly currency: string;
  /** 0 for a customer's account. */
  readonly stripe: number;
}

/**
 * The ids of the accounts by `accountKey`; those that do not exist yet come into being, whoever else creates them at
 * the same time. In a statement of its own and not in a batch's transaction, so that no batch waits for another's
 * commit while it holds locks.
 */
export async function accountIds(
  orm: Orm,
  orgId: string,
  wanted: readonly WantedAccount[],
): Promise<Map<string, string>> {
  const found = await findIds(orm, orgId, wanted);
  const missing = wanted.filter(({ owner, currency }) => !found.has(accountKey(owner, currency)));
  if (missing.length === 0) return found;
  await create(orm, orgId, missing);
  return new Map([...found, ...(await findIds(orm, orgId, missing))]);
}

async function findIds(
  orm: Orm,
  orgId: string,
  wanted: readonly WantedAccount[],
): Promise<Map<string, string>> {
  const { customerIds, roles, stripes, currencies } = columnsOf(wanted);
  // Two joins and not one condition on both kinds, so that each finds its accounts by its index.
  const columns = sql`select a.id, a.customer_id as "customerId", a.role, a.currency`;
  const rows = await orm.execute<{
    id: string;
    customerId: string | null;
    role: string | null;
    currency: string;
  }>(sql`
    ${columns}
    from unnest(${customerIds}, ${currencies}) as w (customer_id, currency)
    join accounts a on a.org_id = ${orgId}::uuid and a.customer_id = w.customer_id and a.currency = w.currency
    union all ${columns}
    from unnest(${roles}, ${stripes}, ${currencies}) as w (role, stripe, currency)
    join accounts a on a.org_id = ${orgId}::uuid and a.role = w.role and a.stripe = w.stripe and a.currency = w.currency`);
  return new Map(rows.map((row) => [accountKey(ownerOf(row), row.currency), row.id]));
}

async function create(orm: Orm, orgId: string, wanted: readonly WantedAccount[]): Promise<void> {
  const { customerIds, roles, stripes, currencies } = columnsOf(wanted);
  const ids = wanted.map(() => uuidv7());
  await orm.execute(sql`
    insert into accounts (org_id, id, customer_id, role, stripe, currency)
    select ${orgId}::uuid, id, customer_id, role, stripe, currency
    from unnest(${array(ids, "uuid")}, ${customerIds}, ${roles}, ${stripes}, ${currencies})
      as w (id, customer_id, role, stripe, currency)
    on conflict do nothing`);
}

function columnsOf(wanted: readonly WantedAccount[]) {
  const column = <T>(cell: (account: WantedAccount) => T) => wanted.map(cell);
  return {
    customerIds: array(
      column(({ owner }) => ("customerId" in owner ? owner.customerId : null)),
      "uuid",
    ),
    roles: array(
      column(({ owner }) => ("role" in owner ? owner.role : null)),
      "text",
    ),
    stripes: array(
      column(({ stripe }) => stripe),
      "smallint",
    ),
    currencies: array(
      column(({ currency }) => currency),
      "text",
    ),
  };
}
