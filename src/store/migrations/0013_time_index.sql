-- An organization's operations by their time alone: all of a batch have the same, so they share an entry of the index, and each comes
-- last in it. With their ids, which come in no order, it was the most expensive index of the journal to write. What is listed in the
-- order of ids within a time is sorted by them, so many as one millisecond has. While it is made nobody reads or books: whoever has
-- much of the journal makes it beforehand, and drops the one before, concurrently (docs/operating/upgrade.md).
drop index if exists operations_created;
--> statement-breakpoint
create index if not exists operations_at on operations (org_id, created_at);
