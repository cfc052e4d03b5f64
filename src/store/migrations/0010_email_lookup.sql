-- Who is looked for by email is the first in an index, however many disabled customers had it. It is in the order in which they are
-- looked for, so the planner takes it without statistics, too. While it is made customers are read and not changed. The index
-- before, customers_by_email, stays: to drop it would wait for whoever reads customers, with this one to be made again.
create index if not exists customers_of_email on customers (org_id, email_key, state, created_at desc, id desc)
  where deleted_at is null;
