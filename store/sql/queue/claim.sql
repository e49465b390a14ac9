-- Takes a queued delivery. The attempt counts from here on, even if nobody lives to settle it.
-- $1 delivery
update delivery set state = 'active', attempts = attempts + 1
where id = $1 and state = 'queued'
