import postgres, { type Sql } from "postgres";
import { v7 as uuidv7 } from "uuid";
import { socketHost } from "../src/embedded/connection.ts";

/** An organization with customers, the first of them its billing account. */
export interface Tenant {
  readonly orgId: string;
  readonly customerIds: readonly string[];
  /** The customers' accounts in VC, in the same order. */
  readonly accountIds: readonly string[];
}

/** A way into the tables behind the server's back, for what would take too long through it. */
export function connectTo(databaseUrl: string): Sql {
  return postgres(databaseUrl, { ...socketHost(databaseUrl), max: 2, onnotice: () => undefined });
}

/**
 * Makes an organization whose customers were each credited so many times, one account after the other, as the server
 * would have booked it.
 */
export async function makeTenant(
  sql: Sql,
  of: { name: string; customers: number; credits: number; amount: number },
): Promise<Tenant> {
  const { name, customers, credits, amount } = of;
  const [orgId, fundingId] = [uuidv7(), uuidv7()];
  await sql`insert into organizations (id, name, display_name) values (${orgId}, ${name}, '')`;
  await sql`
    insert into customers (org_id, id, is_billing_account)
    select ${orgId}, uuidv7(), n = 1 from generate_series(1, ${customers}::int) n`;
  await sql`
    insert into accounts (org_id, id, customer_id, currency, version, funded)
    select org_id, uuidv7(), id, 'VC', ${credits}::int, ${credits}::numeric * ${amount}::numeric
    from customers where org_id = ${orgId}`;
  await sql`
    insert into accounts (org_id, id, role, currency, version, spent) values (${orgId}, ${fundingId}, 'funding', 'VC',
      ${credits}::bigint * ${customers}::bigint, ${credits}::numeric * ${customers}::numeric * ${amount}::numeric)`;
  const accounts = await sql<{ id: string; customerId: string }[]>`
    select a.id, customer_id as "customerId" from accounts a join customers c on c.org_id = a.org_id and c.id = customer_id
    where a.org_id = ${orgId} order by c.is_billing_account desc, a.id`;
  const accountIds = accounts.map(({ id }) => id);
  await bookCredits(sql, { orgId, fundingId, accountIds, credits, amount });
  await sql`vacuum analyze`;
  return { orgId, customerIds: accounts.map(({ customerId }) => customerId), accountIds };
}

async function bookCredits(
  sql: Sql,
  of: { orgId: string; fundingId: string; accountIds: string[]; credits: number; amount: number },
): Promise<void> {
  const { orgId, fundingId, accountIds, credits, amount } = of;
  await sql`
    insert into transfers (org_id, id, kind, amount, currency, from_account_id, from_version, to_account_id, to_version,
      source, description, user_id, metadata, created_at)
    select ${orgId}, uuidv7(), 'credit', ${amount}::numeric, 'VC', ${fundingId}, (k - 1) * ${credits}::int + v, account_id,
      v, 'bench', '', '', '{}', now()
    from unnest(${accountIds}::uuid[]) with ordinality a (account_id, k), generate_series(1, ${credits}::int) v`;
  await sql`
    insert into entries (org_id, account_id, version, transfer_id, amount, funded, spent, held, created_at)
    select org_id, from_account_id, from_version, id, -amount, 0, from_version * amount, 0, created_at
    from transfers where org_id = ${orgId}
    union all
    select org_id, to_account_id, to_version, id, amount, to_version * amount, 0, 0, created_at
    from transfers where org_id = ${orgId}`;
  await sql`update accounts set updated_at = (select max(created_at) from transfers where org_id = ${orgId})
    where org_id = ${orgId}`;
}
