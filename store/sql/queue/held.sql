-- Held deliveries, the oldest first, starting after one.
-- $1 delivery the page starts after  $2 rows
select delivery.id, delivery.message_id, delivery.recipient, delivery.hold_for, message.received_at_ms
from delivery join message on message.id = delivery.message_id
where delivery.state = 'held' and $1 < delivery.id
order by delivery.id
limit $2
