-- Every secret that was rotated away, replaced or revoked, by its hash: no start makes it good again, for whichever client id.
create table spent_secrets (
  hash text primary key,
  -- Whose it was.
  client_id text not null,
  spent_at timestamptz(3) not null default now()
);
--> statement-breakpoint
insert into spent_secrets (hash, client_id)
select distinct on (hash) hash, client_id from (
  select former_secret_hash as hash, client_id from credentials where former_secret_hash is not null
  union all
  select secret_hash, client_id from credentials where revoked_at is not null
) ended
where not exists (select from credentials c where c.secret_hash = ended.hash and c.revoked_at is null)
order by hash, client_id;
--> statement-breakpoint
create trigger append_only before update or delete or truncate on spent_secrets
  for each statement execute function refuse_change();
