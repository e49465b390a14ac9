-- When the oldest message was received of which a delivery is held. No parameters.
select min(message.received_at_ms)
from delivery
join message on message.id = delivery.message_id
where delivery.state = 'held'
