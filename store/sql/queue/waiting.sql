-- A delivery that is held, queued or under way, with what it takes to end its wait.
-- $1 delivery
select delivery.id, delivery.message_id, delivery.route, delivery.recipient, delivery.state,
       delivery.hold_for
from delivery
where delivery.id = $1 and delivery.state in ('held', 'queued', 'active')
