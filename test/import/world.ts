import type { Sql } from "postgres";
import { withSql } from "../support/sql.ts";
import { createFrontier, platformAccount } from "./frontier-database.ts";

const organizations = 40;

/**
 * A Frontier that has been used for years: organizations with an active account and a disabled one, and so many changes of
 * credits between them, a third of those on the first account. One in twenty is a revert.
 */
export async function makeFrontier(of: { changes: number; seed: number }) {
  const database = await createFrontier();
  await withSql(database.url, async (sql) => {
    await sql`select setseed(${of.seed / 2 ** 31})`;
    await makeAccounts(sql);
    await makeChanges(sql, of);
    await sql`
      insert into billing_transactions (account_id, type, source, amount, description, metadata, created_at, updated_at, user_id)
      select ${platformAccount}, case type when 'credit' then 'debit' else 'credit' end, source, amount, description,
        metadata, created_at, updated_at, user_id
      from billing_transactions`;
    await sql`analyze`;
  });
  return database;
}

async function makeAccounts(sql: Sql): Promise<void> {
  await sql`
    insert into organizations (id, name, title, created_at)
    select ('00000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'org-' || n, 'Organization ' || n, '2023-01-01'::timestamptz + n * interval '1 day'
    from generate_series(1, ${organizations}::int) n`;
  await sql`
    insert into billing_customers (org_id, name, email, state, credit_min, created_at, updated_at)
    select id, title || ' ' || s.state, name || '@example.com', s.state,
      case when name like '%3' then -1000 when name like '%4' then 50 else 0 end, at, at
    from organizations, (values ('disabled', '2023-03-01'::timestamptz), ('active', '2024-01-01')) s (state, at)`;
}

async function makeChanges(sql: Sql, { changes }: { changes: number }): Promise<void> {
  await sql`
    create temporary table numbered as
    select c.id, row_number() over (order by o.created_at, c.state) - 1 as n
    from billing_customers c join organizations o on o.id = c.org_id`;
  // random() to a power leans on the first accounts.
  await sql`
    insert into billing_transactions (account_id, type, source, amount, description, metadata, created_at, updated_at, user_id)
    select id, type, source, amount, 'change ' || i, metadata, at, at, case when i % 4 = 0 then null else 'user-' || i % 97 end
    from (
      select i, floor(power(random(), 4) * ${organizations * 2})::int as picked,
        case when random() < 0.3 then 'credit' else 'debit' end as type,
        case when random() < 0.1 then 'System.Buy' else 'api' end as source,
        1 + floor(random() * 1000)::int as amount,
        case i % 5 when 0 then '{}' when 1 then 'null' else jsonb_build_object('n', i, 'tags', jsonb_build_array('a')) end as metadata,
        -- Several a moment.
        '2024-01-01'::timestamptz + (i / 3) * interval '1.0004 minutes' as at
      from generate_series(1, ${changes}::int * 19 / 20) i
    ) c join numbered on n = picked`;
  await sql`
    insert into billing_transactions (account_id, type, source, amount, description, metadata, created_at, updated_at, user_id)
    select account_id, 'credit', 'system.revert.' || source, greatest(amount / 2, 1), 'Revert: ' || description,
      case when jsonb_typeof(metadata) = 'object' then metadata else '{}' end || jsonb_build_object('revert_request_using', id),
      created_at + floor(random() * 3) * interval '1 hour', now(), user_id
    from billing_transactions where type = 'debit' order by random() limit ${changes}::int / 20`;
}
