-- The trail by whom, by what and by what it was done to: of an organization, and of all of them. What was done is listed in
-- the order of an index, however much else was done since.
create index acts_target on acts (org_id, target, at, id);
--> statement-breakpoint
create index acts_actor on acts (org_id, actor, at, id);
--> statement-breakpoint
create index acts_verb on acts (org_id, verb, at, id);
--> statement-breakpoint
create index acts_all_target on acts (target, at, id);
--> statement-breakpoint
create index acts_all_actor on acts (actor, at, id);
--> statement-breakpoint
create index acts_all_verb on acts (verb, at, id);
--> statement-breakpoint
create index platform_acts_target on platform_acts (org_id, target, at, id);
--> statement-breakpoint
create index platform_acts_actor on platform_acts (org_id, actor, at, id);
--> statement-breakpoint
create index platform_acts_verb on platform_acts (org_id, verb, at, id);
--> statement-breakpoint
create index platform_acts_all_target on platform_acts (target, at, id);
--> statement-breakpoint
create index platform_acts_all_actor on platform_acts (actor, at, id);
--> statement-breakpoint
create index platform_acts_all_verb on platform_acts (verb, at, id);
--> statement-breakpoint
-- Whether the secret of the newest rotation has proved anybody: until then whoever rotates may not have got it. Last of all that
-- is done at once, because nobody is let in by a table that is locked, and the indexes take their time.
alter table credentials add column newest_proved boolean not null default true;
