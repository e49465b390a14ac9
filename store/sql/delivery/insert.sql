-- $1 message  $2 route  $3 destination  $4 sealed recipient  $5 sealed plan  $6 state
-- $7 due, and tried from then on  $8 hold
insert into delivery
    (message_id, route, destination, recipient, plan, state, attempts, due_at_ms, queued_at_ms, hold_for)
values ($1, $2, $3, $4, $5, $6, 0, $7, $7, $8)
