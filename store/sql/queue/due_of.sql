-- As `due`, of one message, in order. Written so that the index of messages is taken.
-- $1 route  $2 destination  $3 message  $4 now  $5 rows
select delivery.id, delivery.message_id, delivery.route, delivery.recipient, delivery.plan,
       delivery.attempts, delivery.due_at_ms, delivery.queued_at_ms, delivery.told_late,
       delivery.last_status,
       message.kind, message.wrapped_key, message.envelope, message.size_octets, message.received_at_ms
from delivery join message on message.id = delivery.message_id
where delivery.message_id = $3 and delivery.state = 'queued' and delivery.route || '' = $1
  and delivery.destination + 0 = $2 and delivery.due_at_ms <= $4
order by delivery.id
limit $5
