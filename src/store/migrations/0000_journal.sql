create table organizations (
  id uuid primary key,
  name text not null unique,
  display_name text not null,
  frontier_currency text not null default 'VC',
  state text not null default 'active' check (state in ('active', 'disabled')),
  -- Whether Apigee X's or Apigee Edge's clients manage its developers.
  management_dialect text not null default 'x' check (management_dialect in ('x', 'edge')),
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);
--> statement-breakpoint
create index organizations_created on organizations (created_at, id);
--> statement-breakpoint
-- Every name that an organization ever had stays its own.
create table organization_names (
  name text primary key,
  org_id uuid not null references organizations (id)
);
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
  -- The normal form by which the email is found. The service alone makes it. No app group's name has an @.
  email_key text not null default '' check (email_key = '' or email_key like '%@%'),
  phone text not null default '',
  address jsonb,
  tax_data jsonb not null default '[]',
  invoice_currency text not null default 'usd',
  state text not null default 'active' check (state in ('active', 'disabled')),
  due_in_days integer not null default 0,
  billing_type text not null default 'prepaid' check (billing_type in ('prepaid', 'postpaid')),
  -- [{"name": …, "value": …}], in the order in which callers gave them.
  attributes jsonb not null default '[]',
  metadata jsonb,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  deleted_at timestamptz(3),
  primary key (org_id, id),
  check ((email = '') = (email_key = ''))
);
--> statement-breakpoint
-- Callers of Frontier's newer generation name a billing account and no organization.
create index customers_id on customers (id);
--> statement-breakpoint
create unique index customers_email on customers (org_id, email_key)
  where email_key <> '' and state = 'active' and deleted_at is null;
--> statement-breakpoint
-- The unique index is of active customers only, and whoever is looked for by email may be disabled.
create index customers_by_email on customers (org_id, email_key);
--> statement-breakpoint
create unique index customers_active_billing_account on customers (org_id)
  where is_billing_account and state = 'active' and deleted_at is null;
--> statement-breakpoint
create index customers_created on customers (org_id, created_at, id);
--> statement-breakpoint
-- The billing accounts of one organization, among however many customers it has.
create index customers_billing_accounts on customers (org_id, created_at, id) where is_billing_account;
--> statement-breakpoint
-- Those of all organizations, in the order in which they are listed.
create index customers_all_billing_accounts on customers (created_at, id) where is_billing_account and deleted_at is null;
--> statement-breakpoint
-- Every email (in its normal form) and group name that a customer ever had, so that a retry under a former name finds
-- what it did.
create table customer_names (
  org_id uuid not null,
  name text not null,
  customer_id uuid not null,
  primary key (org_id, name, customer_id),
  foreign key (org_id, customer_id) references customers (org_id, id)
);
--> statement-breakpoint
create index customer_names_of on customer_names (org_id, customer_id);
--> statement-breakpoint
-- What Apigee's clients keep with a developer, beside the customer that it is.
create table developers (
  org_id uuid not null,
  customer_id uuid not null,
  first_name text not null default '',
  last_name text not null default '',
  user_name text not null default '',
  app_family text not null default '',
  access_type text not null default '',
  -- Client id of the credential that created it as a developer; empty where another interface did.
  created_by text not null default '',
  primary key (org_id, customer_id),
  foreign key (org_id, customer_id) references customers (org_id, id)
);
--> statement-breakpoint
-- Customers that are known by a name and not by an email. A deleted one has no row here, so its name is free.
create table app_groups (
  org_id uuid not null,
  customer_id uuid not null,
  name text not null,
  channel_id text not null default '',
  channel_uri text not null default '',
  -- A way to reach it, and no name: several may have the same.
  email text not null default '',
  primary key (org_id, customer_id),
  foreign key (org_id, customer_id) references customers (org_id, id)
);
--> statement-breakpoint
create unique index app_groups_name on app_groups (org_id, name);
--> statement-breakpoint
create table currencies (
  org_id uuid not null references organizations (id),
  code text not null,
  display_name text not null,
  description text not null default '',
  is_virtual boolean not null,
  places smallint not null check (places between 0 and 9),
  status text not null check (status in ('active', 'inactive')),
  credit_limit numeric(28, 9) not null check (credit_limit >= 0),
  minimum_top_up numeric(28, 9) not null check (minimum_top_up >= 0),
  -- How far captures that may go into debt may go below the minimum balance; null: without a bound.
  capture_overdraft numeric(28, 9) check (capture_overdraft >= 0),
  primary key (org_id, code)
);
--> statement-breakpoint
-- Each batch asks for a few that may be used.
create index currencies_active on currencies (org_id, code) where status = 'active';
--> statement-breakpoint
create table accounts (
  org_id uuid not null references organizations (id),
  id uuid not null,
  customer_id uuid,
  -- The name of a counter-account: funding, revenue, tax, a partner.
  counter text,
  stripe smallint not null default 0,
  currency text not null,
  -- Bookings.
  version bigint not null default 0,
  -- Operations, expiries and limits: whoever follows the account sees 1, 2, 3 with no gap.
  sequence bigint not null default 0,
  funded numeric(28, 9) not null default 0,
  spent numeric(28, 9) not null default 0,
  withdrawn numeric(28, 9) not null default 0,
  -- Of holds whose row says active, those that are due but not noted yet among them.
  held numeric(28, 9) not null default 0,
  -- No hold is due before.
  due_at timestamptz(3),
  -- The customer's own lasting limit.
  minimum_balance numeric(28, 9),
  -- Limits with an end, [{"minimum", "ends_at"}], the newest first; each ends later than those before it.
  temporary_limits json,
  -- What the customer may owe in the currency while it is postpaid, in place of what the currency says.
  credit_limit numeric(28, 9),
  -- In place of what the currency says.
  capture_overdraft numeric(28, 9),
  created_at timestamptz(3) not null default now(),
  -- Time of the newest entry; of its creation where there is none.
  updated_at timestamptz(3) not null default now(),
  primary key (org_id, id),
  foreign key (org_id, customer_id) references customers (org_id, id)
);
--> statement-breakpoint
-- What every account is, whatever wrote it: a function, as is_whole is.
create function is_sound(a accounts) returns boolean immutable language plpgsql as $$
begin
  return a.version >= 0 and a.sequence >= a.version and a.held >= 0
    and (a.credit_limit is null or a.credit_limit >= 0)
    and (a.capture_overdraft is null or a.capture_overdraft >= 0)
    and (a.customer_id is null) <> (a.counter is null)
    and (a.counter is null or a.held = 0 and a.withdrawn = 0 and a.minimum_balance is null);
end $$;
--> statement-breakpoint
alter table accounts add constraint accounts_sound check (is_sound(accounts));
--> statement-breakpoint
create unique index accounts_customer on accounts (org_id, customer_id, currency) where customer_id is not null;
--> statement-breakpoint
create unique index accounts_counter on accounts (org_id, counter, currency, stripe) where counter is not null;
--> statement-breakpoint
-- The journal: one row for ever for everything that was asked of the ledger under a key. The row is the key, the content
-- as it was asked and the receipt: both sides of a booking stand in it, so a double entry is balanced by its shape.
-- src/store/journal/README.md has the columns of each kind. No foreign keys: the accounts are locked by the
-- transaction that writes, and a check a row would cost more than the row.
create table operations (
  org_id uuid not null,
  id uuid not null,
  -- The caller's own words for the id; empty where the id itself is the key; null where it gave none.
  key text,
  kind text not null,
  amount numeric(28, 9) not null,
  currency text not null,
  source text not null,
  description text not null,
  user_id text not null,
  -- json and not jsonb: a replay answers the keys in the order in which they came.
  metadata json not null,
  -- What the request said where the columns do not tell; a null in it: what they tell it did not say.
  asked json,
  -- The charge that a refund gives back, the credit that a reversal takes back; and the sum of all that did so, this
  -- one included.
  refers_to uuid,
  returned numeric(28, 9),
  -- Who pays; the customer where nothing moves. Whose account it is stands here too, so a replay needs this row alone.
  from_account_id uuid not null,
  from_customer_id uuid,
  from_counter text,
  from_version bigint not null,
  from_sequence bigint not null,
  from_at timestamptz(3) not null,
  from_funded numeric(28, 9) not null,
  from_spent numeric(28, 9) not null,
  from_withdrawn numeric(28, 9),
  from_held numeric(28, 9),
  from_minimum numeric(28, 9),
  to_account_id uuid,
  to_customer_id uuid,
  to_counter text,
  to_version bigint,
  to_sequence bigint,
  to_at timestamptz(3),
  to_funded numeric(28, 9),
  to_spent numeric(28, 9),
  to_withdrawn numeric(28, 9),
  to_held numeric(28, 9),
  to_minimum numeric(28, 9),
  -- The hold that it made or changed, and how it stood after it.
  hold_id uuid,
  held_change numeric(28, 9),
  hold_captured numeric(28, 9),
  hold_remaining numeric(28, 9),
  hold_state text,
  hold_expires_at timestamptz(3),
  -- The credential that asked; empty where time alone did.
  created_by text not null,
  created_at timestamptz(3) not null,
  primary key (org_id, id)
);
--> statement-breakpoint
-- What every operation is, whatever wrote it. A function, because PostgreSQL reads and plans the text of a check in each
-- statement that writes: of a batch of one that was two thirds of its time.
create function is_whole(o operations) returns boolean immutable language plpgsql as $$
begin
  return o.amount >= 0
    -- Both sides, or the customer's alone where nothing moves.
    and case when o.to_account_id is null
      then num_nonnulls(o.to_version, o.to_sequence, o.to_at, o.to_funded, o.to_spent) = 0
      else o.to_account_id <> o.from_account_id and o.amount > 0
        and num_nulls(o.to_version, o.to_sequence, o.to_at, o.to_funded, o.to_spent) = 0 end
    -- A customer's side has what a counter-account has not.
    and num_nonnulls(o.from_customer_id, o.from_counter) = 1
    and num_nonnulls(o.to_account_id, o.to_customer_id, o.to_counter) in (0, 2)
    and (o.to_customer_id is null or o.to_account_id is not null)
    and num_nonnulls(o.from_customer_id, o.from_withdrawn, o.from_held, o.from_minimum) in (0, 4)
    and num_nonnulls(o.to_customer_id, o.to_withdrawn, o.to_held, o.to_minimum) in (0, 4)
    and case o.kind
      when 'credit' then o.from_counter is not null and o.to_customer_id is not null and o.refers_to is null
        and o.hold_id is null
      when 'charge' then o.from_customer_id is not null and o.to_customer_id is null and o.refers_to is null
        and o.hold_id is null and (o.to_account_id is null) = (o.amount = 0)
      when 'adjustment' then (o.from_customer_id is null) <> (o.to_customer_id is null) and o.to_account_id is not null
        and o.refers_to is null and o.hold_id is null
      when 'transfer' then o.from_customer_id is not null and o.to_customer_id is not null and o.refers_to is null
        and o.hold_id is null
      when 'refund' then o.from_counter is not null and o.to_customer_id is not null and o.refers_to is not null
        and o.hold_id is null
      when 'reversal' then o.from_customer_id is not null and o.to_counter is not null and o.refers_to is not null
        and o.hold_id is null
      when 'capture' then o.from_customer_id is not null and o.to_customer_id is null and o.refers_to is null
        and o.hold_id is not null and (o.to_account_id is null) = (o.amount = 0)
      when 'hold' then o.from_customer_id is not null and o.to_account_id is null and o.amount > 0
        and o.refers_to is null and o.hold_id = o.id
      when 'release' then o.from_customer_id is not null and o.to_account_id is null and o.amount = 0
        and o.refers_to is null and o.hold_id is not null
      when 'extend' then o.from_customer_id is not null and o.to_account_id is null and o.amount = 0
        and o.refers_to is null and o.hold_id is not null
      else false end
    and num_nulls(o.hold_id, o.held_change, o.hold_captured, o.hold_remaining, o.hold_state, o.hold_expires_at) in (0, 6)
    and (o.hold_id is null or o.hold_state in ('active', 'captured', 'released', 'expired')
      and (o.hold_state = 'active') = (o.hold_remaining > 0) and o.hold_captured >= 0)
    and (o.refers_to is null) = (o.returned is null) and (o.returned is null or o.returned >= o.amount);
end $$;
--> statement-breakpoint
alter table operations add constraint operations_whole check (is_whole(operations));
--> statement-breakpoint
-- An account's entries in the order of their versions, which is that of their times. The first column is not the
-- organization: on a table without statistics the planner takes whatever index begins with it.
create index operations_from on operations (from_account_id, from_at, from_version) where to_account_id is not null;
--> statement-breakpoint
create index operations_to on operations (to_account_id, to_at, to_version) where to_account_id is not null;
--> statement-breakpoint
create index operations_created on operations (org_id, created_at, id);
--> statement-breakpoint
-- The newest has what was given back in all.
create index operations_returned on operations (refers_to, returned) where refers_to is not null;
--> statement-breakpoint
-- The newest top-up of an account is one look-up, however much came after it; charges cost nothing here.
create index operations_top_up on operations (to_account_id, to_version) where kind in ('credit', 'transfer');
--> statement-breakpoint
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only: % refused', tg_table_name, tg_op using errcode = 'restrict_violation';
end
$$;
--> statement-breakpoint
create trigger append_only before update or delete or truncate on operations
  for each statement execute function refuse_change();
--> statement-breakpoint
-- The state of what is set aside; its words are in the operation of the same id.
create table holds (
  org_id uuid not null,
  id uuid not null,
  account_id uuid not null,
  customer_id uuid not null,
  currency text not null,
  amount numeric(28, 9) not null check (amount > 0),
  captured numeric(28, 9) not null check (captured >= 0),
  remaining numeric(28, 9) not null check (remaining >= 0),
  state text not null check (state in ('active', 'captured', 'released', 'expired')),
  expires_at timestamptz(3) not null,
  on_expiry text not null check (on_expiry in ('release', 'capture')),
  created_at timestamptz(3) not null,
  primary key (org_id, id),
  check ((state = 'active') = (remaining > 0))
);
--> statement-breakpoint
create index holds_due on holds (account_id, expires_at) include (remaining, on_expiry) where state = 'active';
--> statement-breakpoint
create index holds_created on holds (org_id, created_at, id);
--> statement-breakpoint
create index holds_customer on holds (customer_id, created_at, id);
--> statement-breakpoint
-- Drawn under the locks of a batch, so along an account it runs in the order of what was done.
create sequence positions;
--> statement-breakpoint
-- What each batch did, for whoever follows: read by the difference of two snapshots, in the order of positions.
create table changes (
  org_id uuid not null,
  xid xid8 not null,
  position bigint not null,
  at timestamptz(3) not null,
  -- In the order in which they were done.
  operations uuid[] not null,
  -- Holds that were noted as expired.
  expired uuid[] not null default '{}',
  -- Accounts whose limit was set.
  limited uuid[] not null default '{}',
  primary key (org_id, xid, position)
);
--> statement-breakpoint
create index changes_position on changes (org_id, position);
--> statement-breakpoint
-- A place in `changes` is worth something in one life of the database only: one that was restored begins another.
create table epochs (
  is_current boolean primary key default true check (is_current),
  id uuid not null default gen_random_uuid()
);
--> statement-breakpoint
insert into epochs default values;
--> statement-breakpoint
-- Why calls were refused, for seven days. Written beside the batches, and under load not each of them.
create table refusals (
  org_id uuid not null,
  id uuid not null,
  at timestamptz(3) not null,
  reason text not null,
  -- What the caller was told for programs: available, required, held.
  figures jsonb not null,
  kind text not null,
  customer_id uuid,
  key text,
  created_by text not null,
  request_id text not null,
  primary key (org_id, id)
);
--> statement-breakpoint
create index refusals_customer on refusals (customer_id, id) where customer_id is not null;
--> statement-breakpoint
create index refusals_at on refusals (at);
--> statement-breakpoint
-- How the service hands over the rows of a batch. What is the same for all of them, the organization and the time, is not
-- among them. A process that is older than the database goes on to use what it knows: none of these is ever changed, and
-- a row of another shape gets a type of its own.
create type written_operation as (
  id uuid,
  key text,
  kind text,
  amount numeric,
  currency text,
  source text,
  description text,
  user_id text,
  metadata json,
  asked json,
  refers_to uuid,
  returned numeric,
  from_account_id uuid,
  from_customer_id uuid,
  from_counter text,
  from_version bigint,
  from_sequence bigint,
  from_at timestamptz,
  from_funded numeric,
  from_spent numeric,
  from_withdrawn numeric,
  from_held numeric,
  from_minimum numeric,
  to_account_id uuid,
  to_customer_id uuid,
  to_counter text,
  to_version bigint,
  to_sequence bigint,
  to_at timestamptz,
  to_funded numeric,
  to_spent numeric,
  to_withdrawn numeric,
  to_held numeric,
  to_minimum numeric,
  hold_id uuid,
  held_change numeric,
  hold_captured numeric,
  hold_remaining numeric,
  hold_state text,
  hold_expires_at timestamptz,
  created_by text
);
--> statement-breakpoint
create type written_account as (
  id uuid,
  customer_id uuid,
  counter text,
  stripe smallint,
  currency text,
  version bigint,
  sequence bigint,
  funded numeric,
  spent numeric,
  withdrawn numeric,
  held numeric,
  due_at timestamptz,
  updated_at timestamptz,
  sequence_before bigint
);
--> statement-breakpoint
create type written_hold as (
  id uuid,
  account_id uuid,
  customer_id uuid,
  currency text,
  amount numeric,
  captured numeric,
  remaining numeric,
  state text,
  expires_at timestamptz,
  on_expiry text,
  created_at timestamptz
);
