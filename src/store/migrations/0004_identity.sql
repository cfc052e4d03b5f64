-- Credentials have a second secret while they are rotated, an end, and say when they were used last.
alter table credentials
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
