-- Messages held as a whole, the oldest first, starting after one.
-- $1, $2 the row the page starts after (received, id)  $3 rows
select id, kind, state, wrapped_key, size_octets, envelope, head, decision, bundle,
       received_at_ms, due_at_ms, attempts
from message
where state = 'held' and ($1, $2) < (received_at_ms, id)
order by received_at_ms, id
limit $3
