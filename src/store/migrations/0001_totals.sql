-- What amounts come to over the life of an account has room for ten thousand million of the largest ones. A larger
-- precision of the same scale rewrites no table and no index.
alter table accounts
  alter column funded type numeric(38, 9),
  alter column spent type numeric(38, 9),
  alter column withdrawn type numeric(38, 9),
  alter column held type numeric(38, 9);
--> statement-breakpoint
alter table operations
  alter column from_funded type numeric(38, 9),
  alter column from_spent type numeric(38, 9),
  alter column from_withdrawn type numeric(38, 9),
  alter column to_funded type numeric(38, 9),
  alter column to_spent type numeric(38, 9),
  alter column to_withdrawn type numeric(38, 9),
  alter column hold_captured type numeric(38, 9);
--> statement-breakpoint
-- A check on the column would be made anew, and every hold there ever was be read for it, while nobody can write. All
-- of them were checked already.
alter table holds
  drop constraint holds_captured_check,
  alter column captured type numeric(38, 9),
  add constraint holds_captured_check check (captured >= 0) not valid;
