-- Deliveries of a route that this node has taken and not settled, starting after one.
-- $1 route  $2 delivery the page starts after  $3 rows  $4 node
select id from delivery
where state = 'active' and route = $1 and $2 < id and owner = $4
order by id
limit $3
