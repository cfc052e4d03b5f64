import type { Sql } from "postgres";
import { v7 as uuidv7 } from "uuid";

/** The accounts of one organization, each of a customer. */
export interface Books {
  readonly orgId: string;
  readonly accountIds: readonly string[];
}

/** Makes accounts that were each credited so many times, one account after the other. */
export async function makeBooks(
  sql: Sql,
  of: { accounts: number; credits: number; amount: number },
): Promise<Books> {
  const { accounts, credits, amount } = of;
  const [orgId, fundingId] = [uuidv7(), uuidv7()];
  const made = await sql<{ id: string }[]>`
    insert into accounts (org_id, id, customer_id, currency, version, funded)
    select ${orgId}, uuidv7(), uuidv7(), 'VC', ${credits}::int, ${credits}::numeric * ${amount}::numeric
    from generate_series(1, ${accounts}::int) returning id`;
  const accountIds = made.map(({ id }) => id);
  await sql`
    insert into accounts (org_id, id, role, currency, version, spent) values (${orgId}, ${fundingId}, 'funding', 'VC',
      ${credits}::bigint * ${accounts}::bigint, ${credits}::numeric * ${accounts}::numeric * ${amount}::numeric)`;
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
  await sql`vacuum analyze`;
  return { orgId, accountIds };
}
