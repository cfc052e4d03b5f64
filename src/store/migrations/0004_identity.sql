-- Credentials have a second secret while they are rotated, an end, and say when they were used last. There are two more roles:
-- what an instance of the version before does not know, it lets nobody do.
alter table credentials
  drop constraint credentials_role_check,
  add constraint credentials_role_check check (role in ('reader', 'charger', 'creditor', 'writer', 'admin')) not valid,
  add column description text not null default '',
  -- The secret before the newest rotation, good until its end.
  add column former_secret_hash text,
  add column former_ends_at timestamptz(3),
  add column expires_at timestamptz(3),
  -- To the minute.
  add column last_used_at timestamptz(3),
  add column created_by text not null default '',
  add constraint credentials_former_check check ((former_secret_hash is null) = (former_ends_at is null)) not valid;
--> statement-breakpoint
create index credentials_former_secret on credentials (former_secret_hash) where former_secret_hash is not null;
--> statement-breakpoint
-- How far callers who are no admins may go in a currency, whether or not it is configured; null: nothing is said.
create table ceilings (
  org_id uuid not null,
  currency text not null,
  -- The most that one credit, or one adjustment, may give or move.
  credit numeric(28, 9) check (credit >= 0),
  adjustment numeric(28, 9) check (adjustment >= 0),
  -- How far below the minimum balance captures may go where neither customer nor currency says so.
  overdraft numeric(28, 9) check (overdraft >= 0),
  -- What a customer may owe by a limit or a billing type.
  debt numeric(28, 9) check (debt >= 0),
  updated_at timestamptz(3) not null default now(),
  updated_by text not null,
  primary key (org_id, currency)
);
