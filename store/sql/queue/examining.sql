-- Messages to be examined whose time has come, the longest due first.
-- $1 now  $2 rows
select id, kind, state, wrapped_key, size_octets, envelope, head, decision, bundle,
       received_at_ms, due_at_ms, attempts
from message
where state = 'examining' and due_at_ms <= $1
order by due_at_ms
limit $2
