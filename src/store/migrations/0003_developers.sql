-- What Apigee's clients keep with a developer, beside the customer that it is.
create table developers (
  org_id uuid not null,
  customer_id uuid not null,
  first_name text not null default '',
  last_name text not null default '',
  user_name text not null default '',
  app_family text not null default '',
  access_type text not null default '',
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
  primary key (org_id, customer_id),
  foreign key (org_id, customer_id) references customers (org_id, id)
);
--> statement-breakpoint
create unique index app_groups_name on app_groups (org_id, name);
--> statement-breakpoint
-- The newest top-up of an account is one look-up, however many charges came after it; charges cost nothing here.
create index transfers_top_up on transfers (org_id, to_account_id, to_version) where kind in ('credit', 'transfer');
