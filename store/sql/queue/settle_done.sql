-- Ends a delivery that this node has taken.
-- $1 delivery  $2 sent or failed  $3 now  $4 sealed status  $5 node
update delivery set state = $2, done_at_ms = $3, last_status = $4
where id = $1 and state = 'active' and owner = $5
