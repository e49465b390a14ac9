-- What was ordered of a delivery, in order.
-- $1 delivery  $2 rows
select id, delivery_id, what, releases_for, ordered_by, reason, unexamined, at_ms, outcome
from delivery_order
where delivery_id = $1
order by id
limit $2
