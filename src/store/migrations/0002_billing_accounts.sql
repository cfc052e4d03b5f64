-- The billing accounts of one organization, among however many customers it has.
create index customers_billing_accounts on customers (org_id, created_at, id) where is_billing_account;
--> statement-breakpoint
-- Those of all organizations, in the order in which they are listed.
create index customers_all_billing_accounts on customers (created_at, id) where is_billing_account and deleted_at is null;
