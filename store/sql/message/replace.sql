-- Decides a message that is there already, if it is still in the state it was seen in.
-- $1 id  $2 state it must be in  $3 state  $4 envelope  $5 head  $6 decision  $7 bundle  $8 due
update message
set state = $3, envelope = $4, head = $5, decision = $6, bundle = $7, due_at_ms = $8
where id = $1 and state = $2
