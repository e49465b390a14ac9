-- Orders that nobody has carried out, the oldest first.
-- $1 order the page starts after  $2 rows
select id, delivery_id, what, releases_for, ordered_by, reason, unexamined, at_ms, outcome
from delivery_order
where outcome is null and $1 < id
order by id
limit $2
