/**
 * The tables of the usual way: a row for the transfer, a row for each of its two entries, and the accounts with their
 * totals. They are the bench's own, so that what the service is compared with stays what it is.
 */
export const schema = `
  create table accounts (
    org_id uuid not null,
    id uuid not null,
    customer_id uuid,
    role text,
    stripe smallint not null default 0,
    currency text not null,
    version bigint not null default 0 check (version >= 0),
    funded numeric(28, 9) not null default 0,
    spent numeric(28, 9) not null default 0,
    held numeric(28, 9) not null default 0 check (held >= 0),
    minimum_balance numeric(28, 9),
    holds_expire_at timestamptz(3),
    limit_ends_at timestamptz(3),
    limit_afterwards numeric(28, 9),
    credit_limit numeric(28, 9) check (credit_limit >= 0),
    created_at timestamptz(3) not null default now(),
    updated_at timestamptz(3) not null default now(),
    primary key (org_id, id),
    check ((customer_id is null) <> (role is null))
  );
  create unique index accounts_customer on accounts (org_id, customer_id, currency) where customer_id is not null;
  create unique index accounts_counter on accounts (org_id, role, currency, stripe) where role is not null;

  create table transfers (
    org_id uuid not null,
    id uuid not null,
    key text,
    kind text not null check (kind in ('credit', 'charge', 'adjustment', 'transfer', 'refund', 'capture')),
    amount numeric(28, 9) not null check (amount > 0),
    currency text not null,
    from_account_id uuid not null,
    from_version bigint not null,
    to_account_id uuid not null check (to_account_id <> from_account_id),
    to_version bigint not null,
    source text not null,
    description text not null,
    user_id text not null,
    metadata json not null,
    refund_of uuid,
    hold_id uuid,
    request jsonb,
    created_at timestamptz(3) not null,
    primary key (org_id, id)
  );
  create index transfers_refund on transfers (org_id, refund_of) where refund_of is not null;
  create index transfers_created on transfers (org_id, created_at, id);
  create index transfers_top_up on transfers (org_id, to_account_id, to_version) where kind in ('credit', 'transfer');

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
  create index entries_created on entries (org_id, account_id, created_at);

  create function refuse_change() returns trigger language plpgsql as $$
  begin
    raise exception '% is append-only: % refused', tg_table_name, tg_op using errcode = 'restrict_violation';
  end
  $$;
  create trigger append_only before update or delete or truncate on transfers
    for each statement execute function refuse_change();
  create trigger append_only before update or delete or truncate on entries
    for each statement execute function refuse_change();
`;
