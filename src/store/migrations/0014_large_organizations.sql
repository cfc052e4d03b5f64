-- Statements have plans for whichever organization. Of a database that has many organizations with a row each, PostgreSQL believes that
-- the next one has a row, too. Of one row all indexes that begin with the organization cost the same, so that of a large one each look-up
-- by an id went through all of its rows. So it is told that all rows may be those of one organization: what is planned for the largest one
-- is right for each. Not of currencies and ceilings, of which each has a few, mostly of the same codes: PostgreSQL would expect to join an
-- account to those of all organizations, and for the first of so many walk through an organization's accounts. Nodes of a distributed
-- database plan for the organization that is asked for, and Citus refuses this for its tables.
do $$
declare
  of record;
begin
  if to_regclass('pg_catalog.pg_dist_partition') is not null then return; end if;
  for of in
    select c.relname as name, c.reltuples > 0 as has_statistics
    from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and a.attname = 'org_id' and not a.attisdropped
      and c.relname not in ('currencies', 'ceilings')
      and exists (select from pg_index i where i.indrelid = c.oid and i.indkey[0] = a.attnum)
    order by c.relname
  loop
    execute format('alter table %I alter column org_id set (n_distinct = 1)', of.name);
    -- An empty table must not be analyzed: then it would be planned for as one that stays empty.
    if of.has_statistics then execute format('analyze %I (org_id)', of.name); end if;
  end loop;
end $$;
