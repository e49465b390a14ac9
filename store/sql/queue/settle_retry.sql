-- Puts a delivery that this node has taken back, to be tried again later.
-- $1 delivery  $2 when  $3 sealed status  $4 whether its sender is told that it is late
-- $5 node
update delivery
set state = 'queued', due_at_ms = $2, last_status = $3, told_late = (told_late or $4)
where id = $1 and state = 'active' and owner = $5
