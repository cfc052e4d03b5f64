-- Where the table is spread over nodes it is a shard that a node changes, with its number behind the table's name.
create or replace function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only: % refused', regexp_replace(tg_table_name, '_\d+$', ''), tg_op
    using errcode = 'restrict_violation';
end
$$;
