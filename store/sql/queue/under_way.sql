-- Deliveries of a route that are under way.
-- $1 route  $2 rows
select delivery.id, delivery.message_id, delivery.route, delivery.recipient, delivery.attempts,
       delivery.due_at_ms, delivery.last_status, message.kind, message.wrapped_key,
       message.envelope, message.received_at_ms
from delivery join message on message.id = delivery.message_id
where delivery.state = 'active' and delivery.route = $1
order by delivery.id
limit $2
