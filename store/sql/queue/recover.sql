-- Puts back what was being delivered when the process ended.
-- $1 now
update delivery set state = 'queued', due_at_ms = $1
where state = 'active'
