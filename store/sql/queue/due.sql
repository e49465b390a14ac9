-- Deliveries of a destination whose time has come, the longest due first, with what a delivery needs.
-- $1 route  $2 destination  $3 now  $4 rows
select delivery.id, delivery.message_id, delivery.route, delivery.recipient, delivery.plan,
       delivery.attempts, delivery.due_at_ms, delivery.queued_at_ms, delivery.told_late,
       delivery.last_status,
       message.kind, message.wrapped_key, message.envelope, message.size_octets, message.received_at_ms
from delivery join message on message.id = delivery.message_id
where delivery.state = 'queued' and delivery.route = $1 and delivery.destination = $2
  and delivery.due_at_ms <= $3
order by delivery.due_at_ms
limit $4
