import { randomUUID } from "node:crypto";
import type { Sql } from "postgres";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { withSql } from "../support/sql.ts";

/** Frontier's own account, the other side of every change of credits. */
export const platformAccount = "00000000-0000-0000-0000-000000000000";

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

/** A database with Frontier's tables, and nothing in them. */
export async function createFrontier(): Promise<TestDatabase> {
  const database = await createDatabase();
  await withSql(database.url, (sql) => sql.unsafe(tables));
  return database;
}

type Row = Readonly<Record<string, unknown>>;

/** Adds an organization, and answers its id. */
export async function addOrganization(sql: Sql, row: Row): Promise<string> {
  const id = randomUUID();
  await sql`insert into organizations ${sql({ id, ...row })}`;
  return id;
}

/** Adds a billing account, and answers its id. */
export async function addAccount(sql: Sql, orgId: string, row: Row = {}): Promise<string> {
  const id = randomUUID();
  const email = `${id}@example.com`;
  await sql`insert into billing_customers ${sql({ id, org_id: orgId, name: "Account", email, ...row })}`;
  return id;
}

/** Books a change of credits as Frontier does, on both sides, and answers the id of the customer's. */
export async function addTransaction(
  sql: Sql,
  row: { account_id: string; type: "credit" | "debit"; amount: number | string } & Row,
): Promise<string> {
  const id = randomUUID();
  const side = { source: "system", description: "", user_id: "", ...row };
  const type = row.type === "credit" ? "debit" : "credit";
  const platforms = { ...side, id: randomUUID(), account_id: platformAccount, type };
  await sql`insert into billing_transactions ${sql({ id, ...side })}`;
  await sql`insert into billing_transactions ${sql(platforms)}`;
  return id;
}
