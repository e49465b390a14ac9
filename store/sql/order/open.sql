-- Orders that nobody has carried out, the oldest first, with the messages of their deliveries.
-- $1 order the page starts after  $2 rows
select o.id, o.delivery_id, o.what, o.releases_for, o.ordered_by, o.reason, o.unexamined, o.at_ms,
       o.outcome, d.message_id
from delivery_order o
join delivery d on d.id = o.delivery_id
where o.outcome is null and $1 < o.id
order by o.id
limit $2
