create table organizations (
  id uuid primary key,
  name text not null unique,
  display_name text not null,
  frontier_currency text not null default 'VC',
  created_at timestamptz(3) not null default now()
);
--> statement-breakpoint
create index organizations_created on organizations (created_at, id);
--> statement-breakpoint
create table credentials (
  client_id text primary key,
  org_id uuid references organizations (id),
  role text not null check (role in ('reader', 'writer', 'admin')),
  secret_hash text not null,
  display_name text not null default '',
  created_at timestamptz(3) not null default now(),
  revoked_at timestamptz(3)
);
--> statement-breakpoint
-- A bearer token is found by its hash alone.
create unique index credentials_secret on credentials (secret_hash) where revoked_at is null;
--> statement-breakpoint
create index credentials_created on credentials (org_id, created_at, client_id);
--> statement-breakpoint
create table customers (
  org_id uuid not null references organizations (id),
  id uuid not null,
  is_billing_account boolean not null default false,
  name text not null default '',
  email text not null default '',
  phone text not null default '',
  address jsonb,
  tax_data jsonb not null default '[]',
  invoice_currency text not null default 'usd',
  state text not null default 'active' check (state in ('active', 'disabled')),
  due_in_days integer not null default 0,
  metadata jsonb,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  deleted_at timestamptz(3),
  primary key (org_id, id)
);
--> statement-breakpoint
-- Callers of Frontier's newer generation name a billing account and no organization.
create index customers_id on customers (id);
--> statement-breakpoint
create unique index customers_email on customers (org_id, lower(email))
  where email <> '' and state = 'active' and deleted_at is null;
--> statement-breakpoint
create unique index customers_active_billing_account on customers (org_id)
  where is_billing_account and state = 'active' and deleted_at is null;
--> statement-breakpoint
create table accounts (
  org_id uuid not null,
  id uuid not null,
  customer_id uuid,
  role text check (role in ('funding', 'revenue')),
  stripe smallint not null default 0,
  currency text not null,
  version bigint not null default 0 check (version >= 0),
  funded numeric(28, 9) not null default 0,
  spent numeric(28, 9) not null default 0,
  held numeric(28, 9) not null default 0 check (held >= 0),
  minimum_balance numeric(28, 9),
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  primary key (org_id, id),
  foreign key (org_id) references organizations (id),
  foreign key (org_id, customer_id) references customers (org_id, id),
  check ((customer_id is null) <> (role is null))
);
--> statement-breakpoint
create unique index accounts_customer on accounts (org_id, customer_id, currency) where customer_id is not null;
--> statement-breakpoint
create unique index accounts_counter on accounts (org_id, role, currency, stripe) where role is not null;
--> statement-breakpoint
-- No foreign keys on transfers and entries: their accounts are locked by the transaction that writes them, and a
-- check per row would cost more than the row. A transfer names its two entries by account and version.
create table transfers (
  org_id uuid not null,
  id uuid not null,
  key text,
  kind text not null check (kind in ('credit', 'charge')),
  amount numeric(28, 9) not null check (amount > 0),
  currency text not null,
  from_account_id uuid not null,
  from_version bigint not null,
  to_account_id uuid not null check (to_account_id <> from_account_id),
  to_version bigint not null,
  source text not null,
  description text not null,
  user_id text not null,
  -- json and not jsonb: a replay answers the keys in the order in which they came.
  metadata json not null,
  created_at timestamptz(3) not null,
  primary key (org_id, id)
);
--> statement-breakpoint
create table entries (
  org_id uuid not null,
  account_id uuid not null,
  version bigint not null check (version > 0),
  transfer_id uuid not null,
  amount numeric(28, 9) not null check (amount <> 0),
  funded numeric(28, 9) not null,
  spent numeric(28, 9) not null,
  held numeric(28, 9) not null,
  minimum_balance numeric(28, 9),
  created_at timestamptz(3) not null,
  primary key (org_id, account_id, version)
);
--> statement-breakpoint
create index entries_created on entries (org_id, account_id, created_at);
--> statement-breakpoint
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only: % refused', tg_table_name, tg_op using errcode = 'restrict_violation';
end
$$;
--> statement-breakpoint
create trigger append_only before update or delete or truncate on transfers
  for each statement execute function refuse_change();
--> statement-breakpoint
create trigger append_only before update or delete or truncate on entries
  for each statement execute function refuse_change();
