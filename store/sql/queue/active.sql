-- Deliveries of a route that are taken and not settled, starting after one.
-- $1 route  $2 delivery the page starts after  $3 rows
select id from delivery
where state = 'active' and route = $1 and $2 < id
order by id
limit $3
