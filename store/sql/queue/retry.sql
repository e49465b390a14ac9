-- Makes a queued delivery due.
-- $1 delivery  $2 now
update delivery set due_at_ms = case when $2 < due_at_ms then $2 else due_at_ms end
where id = $1 and state = 'queued'
