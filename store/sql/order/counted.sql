-- For whom a delivery was let go by orders that count; as often as it was ordered.
-- $1 delivery
select releases_for
from delivery_order
where delivery_id = $1 and what = 'release' and outcome = 'waiting'
