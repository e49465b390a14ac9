-- $1 order
select id, delivery_id, what, releases_for, ordered_by, reason, unexamined, at_ms, outcome
from delivery_order
where id = $1
