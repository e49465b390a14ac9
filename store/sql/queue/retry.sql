-- Makes a queued delivery due.
-- $1 delivery  $2 now
update delivery set due_at_ms = min(due_at_ms, $2)
where id = $1 and state = 'queued'
