-- Each batch asks which of its customers are not active and prepaid, as most are: an index of the others tells it without
-- a look at any customer. Its condition is the one in src/store/settlement/surroundings.ts.
create index customers_special on customers (org_id, id)
  where deleted_at is not null or state <> 'active' or billing_type <> 'prepaid';
