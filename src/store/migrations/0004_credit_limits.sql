-- What the customer may owe in the currency while it is postpaid, in place of what the currency says.
alter table accounts add column credit_limit numeric(28, 9) check (credit_limit >= 0);
--> statement-breakpoint
alter table currencies add column description text not null default '';
