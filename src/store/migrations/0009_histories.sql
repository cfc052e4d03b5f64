-- What was done to an account without moving money: holds, releases, extensions, and what came to 0. With its entries that is
-- all that was done to it. Charges cost nothing here. While an index of the journal is made nothing is booked: whoever has much
-- of it makes the first two beforehand, concurrently (docs/operating/upgrade.md).
create index if not exists operations_unmoved on operations (from_account_id, from_at, from_sequence) where to_account_id is null;
--> statement-breakpoint
-- Captures of holds that had expired: their rows say no longer that they expired.
create index if not exists operations_late on operations (from_account_id, hold_expires_at)
  where kind = 'capture' and held_change = 0;
--> statement-breakpoint
create index if not exists holds_expired on holds (account_id, expires_at) where state = 'expired';
--> statement-breakpoint
-- Customers by the beginning of what they are known by, in an order that no locale of a database decides.
create index customer_names_begin on customer_names (org_id, name collate "C", customer_id);
--> statement-breakpoint
create index customers_begin on customers (org_id, lower(name collate "C"), id) where name <> '' and deleted_at is null;
