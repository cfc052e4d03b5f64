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
--> statement-breakpoint
-- Who made the row, as the trail below knows them; empty where nobody noted it.
alter table organizations add column created_by text not null default '';
--> statement-breakpoint
alter table customers add column created_by text not null default '';
--> statement-breakpoint
alter table currencies add column created_by text not null default '';
--> statement-breakpoint
-- The trail: one row for ever for each administrative act, written by the transaction that does it. What is done to an
-- organization's own lies with it; what is done to organizations and credentials lies beside those, so that it can be done
-- whichever node is away.
create table acts (
  org_id uuid not null,
  id uuid not null,
  at timestamptz(3) not null default now(),
  -- A client id, the subject of a token, or who works on the database itself.
  actor text not null,
  -- The method by which it was asked, with its package, which is the interface; or the command.
  method text not null,
  request_id text not null,
  verb text not null,
  target text not null,
  -- What it changed: never a secret nor a hash, and of a customer no personal data, which may have to be erased.
  before jsonb,
  after jsonb,
  primary key (org_id, id)
);
--> statement-breakpoint
create index acts_at on acts (org_id, at, id);
--> statement-breakpoint
create index acts_all on acts (at, id);
--> statement-breakpoint
create trigger append_only before update or delete or truncate on acts
  for each statement execute function refuse_change();
--> statement-breakpoint
create table platform_acts (
  id uuid primary key,
  -- Null where it was done to the platform alone.
  org_id uuid,
  at timestamptz(3) not null default now(),
  actor text not null,
  method text not null,
  request_id text not null,
  verb text not null,
  target text not null,
  before jsonb,
  after jsonb
);
--> statement-breakpoint
create index platform_acts_at on platform_acts (org_id, at, id);
--> statement-breakpoint
create index platform_acts_all on platform_acts (at, id);
--> statement-breakpoint
create trigger append_only before update or delete or truncate on platform_acts
  for each statement execute function refuse_change();
