-- Ends a held delivery whose recipient reads it in the portal instead.
-- $1 delivery  $2 now  $3 sealed status
update delivery set state = 'sent', done_at_ms = $2, last_status = $3
where id = $1 and state = 'held'
