-- Deliveries whose time has come, the longest due first, with what a delivery needs.
-- $1 now  $2 rows
select delivery.id, delivery.message_id, delivery.route, delivery.recipient, delivery.plan,
       delivery.attempts, delivery.due_at_ms, delivery.last_status,
       message.kind, message.wrapped_key, message.envelope, message.size_octets, message.received_at_ms
from delivery join message on message.id = delivery.message_id
where delivery.state = 'queued' and delivery.due_at_ms <= $1
order by delivery.due_at_ms
limit $2
