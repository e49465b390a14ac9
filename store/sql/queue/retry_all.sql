-- Makes every queued delivery of a route due.
-- $1 route  $2 now
update delivery set due_at_ms = $2
where route = $1 and state = 'queued' and $2 < due_at_ms
