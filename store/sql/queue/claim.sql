-- Takes a queued delivery. The attempt counts from here on, even if nobody lives to settle it.
-- $1 delivery  $2 node  $3 end of its lease
update delivery set state = 'active', attempts = attempts + 1, owner = $2, lease_until_ms = $3
where id = $1 and state = 'queued'
