-- Puts an active delivery back, to be tried again later.
-- $1 delivery  $2 when  $3 sealed status
update delivery set state = 'queued', due_at_ms = $2, last_status = $3
where id = $1 and state = 'active'
