-- Destinations of a route to which anything is queued, in their order, and when the first of it is due.
-- The index is entered once for each, however much is queued there.
-- $1 route  $2 the destination before the first  $3 rows
with recursive found (destination) as (
    select (
        select min(destination) from delivery
        where state = 'queued' and route = $1 and $2 < destination
    )
    union all
    select (
        select min(delivery.destination) from delivery
        where state = 'queued' and route = $1 and found.destination < delivery.destination
    )
    from found where found.destination is not null
)
select found.destination, (
    select min(due_at_ms) from delivery
    where state = 'queued' and route = $1 and delivery.destination = found.destination
) as due_at_ms
from found where found.destination is not null
limit $3
