-- $1 message  $2 route  $3 sealed recipient  $4 sealed plan  $5 state  $6 due, and tried from then on  $7 hold
insert into delivery
    (message_id, route, recipient, plan, state, attempts, due_at_ms, queued_at_ms, hold_for)
values ($1, $2, $3, $4, $5, 0, $6, $6, $7)
