-- The clock was set. What is queued is due as long from now as it was, or at once, and is as old as it
-- was; nothing is from the future.
-- $1 by how much, ms  $2 now, ms
update delivery
set due_at_ms = case when $1 < 0 then due_at_ms + $1 else due_at_ms end,
    queued_at_ms = case when queued_at_ms + $1 < $2 then queued_at_ms + $1 else $2 end
where state = 'queued'
