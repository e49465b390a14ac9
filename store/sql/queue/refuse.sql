-- Ends a delivery that waits: nobody let it go, or it is given up.
-- $1 delivery  $2 now  $3 sealed status
update delivery set state = 'failed', due_at_ms = null, done_at_ms = $2, last_status = $3
where id = $1 and state in ('held', 'queued')
