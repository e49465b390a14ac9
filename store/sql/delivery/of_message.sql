-- The deliveries of a message, in the order they were decided, starting after one.
-- $1 message  $2 delivery the page starts after  $3 rows
select id, message_id, route, recipient, state, attempts, due_at_ms, last_status, done_at_ms, hold_for
from delivery
where message_id = $1 and $2 < id
order by id
limit $3
