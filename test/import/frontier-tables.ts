import { withSql } from "../support/sql.ts";

/** What Frontier's migrations come to for the three tables, in types, defaults and keys. */
const tables = `
  create table organizations (
    id uuid primary key default gen_random_uuid(),
    name text unique not null,
    title text,
    avatar text,
    metadata jsonb,
    state text default 'enabled',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    deleted_at timestamptz
  );
  create type payment_mode_type as enum ('prepaid', 'postpaid');
  create table billing_customers (
    id uuid primary key default gen_random_uuid(),
    org_id uuid not null references organizations (id),
    provider_id text unique,
    name text not null,
    email text not null,
    phone text,
    address jsonb not null default '{}',
    metadata jsonb not null default '{}',
    currency text not null default 'usd',
    state text not null default 'active',
    updated_at timestamptz not null default now(),
    created_at timestamptz not null default now(),
    deleted_at timestamptz,
    tax jsonb default '{}',
    credit_min int8 default 0,
    due_in_days integer default 30,
    payment_mode payment_mode_type generated always as (
      case when credit_min < 0 then 'postpaid'::payment_mode_type else 'prepaid' end) stored
  );
  create index on billing_customers (org_id);
  create table billing_transactions (
    id uuid primary key default gen_random_uuid(),
    account_id uuid,
    type text,
    source text,
    amount bigint not null default 0,
    description text,
    metadata jsonb not null default '{}',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    user_id text
  );
  create index on billing_transactions (account_id)`;

export async function makeFrontierTables(databaseUrl: string): Promise<void> {
  await withSql(databaseUrl, (sql) => sql.unsafe(tables));
}
