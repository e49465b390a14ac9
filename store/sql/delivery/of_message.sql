-- The deliveries of a message, in the order they were decided.
-- $1 message  $2 rows
select id, message_id, route, recipient, state, attempts, due_at_ms, last_status, done_at_ms, hold_for
from delivery
where message_id = $1
order by id
limit $2
