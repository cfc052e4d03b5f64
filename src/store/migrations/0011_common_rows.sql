-- The same rules as before. Most rows are charges and transfers that stand alone: what they are is asked first, in fewer words,
-- and the rest, which each transaction would make ready anew, is not looked at for them.
create or replace function is_whole(o operations) returns boolean immutable language plpgsql as $$
begin
  if o.amount > 0 and o.to_account_id <> o.from_account_id
    and num_nulls(o.from_customer_id, o.from_withdrawn, o.from_held, o.from_minimum,
      o.to_version, o.to_sequence, o.to_at, o.to_funded, o.to_spent) = 0
    and num_nonnulls(o.from_counter, o.refers_to, o.returned,
      o.hold_id, o.held_change, o.hold_captured, o.hold_remaining, o.hold_state, o.hold_expires_at) = 0
    and (o.kind = 'charge' and o.to_counter is not null
        and num_nonnulls(o.to_customer_id, o.to_withdrawn, o.to_held, o.to_minimum) = 0
      or o.kind = 'transfer' and o.to_counter is null
        and num_nulls(o.to_customer_id, o.to_withdrawn, o.to_held, o.to_minimum) = 0)
  then return true; end if;
  return o.amount >= 0
    -- Both sides, or the customer's alone where nothing moves.
    and case when o.to_account_id is null
      then num_nonnulls(o.to_version, o.to_sequence, o.to_at, o.to_funded, o.to_spent) = 0
      else o.to_account_id <> o.from_account_id and o.amount > 0
        and num_nulls(o.to_version, o.to_sequence, o.to_at, o.to_funded, o.to_spent) = 0 end
    -- A customer's side has what a counter-account has not.
    and num_nonnulls(o.from_customer_id, o.from_counter) = 1
    and num_nonnulls(o.to_account_id, o.to_customer_id, o.to_counter) in (0, 2)
    and (o.to_customer_id is null or o.to_account_id is not null)
    and num_nonnulls(o.from_customer_id, o.from_withdrawn, o.from_held, o.from_minimum) in (0, 4)
    and num_nonnulls(o.to_customer_id, o.to_withdrawn, o.to_held, o.to_minimum) in (0, 4)
    and case o.kind
      when 'credit' then o.from_counter is not null and o.to_customer_id is not null and o.refers_to is null
        and o.hold_id is null
      when 'charge' then o.from_customer_id is not null and o.to_customer_id is null and o.refers_to is null
        and o.hold_id is null and (o.to_account_id is null) = (o.amount = 0)
      when 'adjustment' then (o.from_customer_id is null) <> (o.to_customer_id is null) and o.to_account_id is not null
        and o.refers_to is null and o.hold_id is null
      when 'transfer' then o.from_customer_id is not null and o.to_customer_id is not null and o.refers_to is null
        and o.hold_id is null
      when 'refund' then o.from_counter is not null and o.to_customer_id is not null and o.refers_to is not null
        and o.hold_id is null
      when 'reversal' then o.from_customer_id is not null and o.to_counter is not null and o.refers_to is not null
        and o.hold_id is null
      when 'capture' then o.from_customer_id is not null and o.to_customer_id is null and o.refers_to is null
        and o.hold_id is not null and (o.to_account_id is null) = (o.amount = 0)
      when 'hold' then o.from_customer_id is not null and o.to_account_id is null and o.amount > 0
        and o.refers_to is null and o.hold_id = o.id
      when 'release' then o.from_customer_id is not null and o.to_account_id is null and o.amount = 0
        and o.refers_to is null and o.hold_id is not null
      when 'extend' then o.from_customer_id is not null and o.to_account_id is null and o.amount = 0
        and o.refers_to is null and o.hold_id is not null
      else false end
    and num_nulls(o.hold_id, o.held_change, o.hold_captured, o.hold_remaining, o.hold_state, o.hold_expires_at) in (0, 6)
    and (o.hold_id is null or o.hold_state in ('active', 'captured', 'released', 'expired')
      and (o.hold_state = 'active') = (o.hold_remaining > 0) and o.hold_captured >= 0)
    and (o.refers_to is null) = (o.returned is null) and (o.returned is null or o.returned >= o.amount);
end $$;
