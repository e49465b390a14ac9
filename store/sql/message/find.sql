-- $1 id
select id, kind, state, wrapped_key, size_octets, envelope, head, decision, bundle,
       received_at_ms, due_at_ms, attempts
from message
where id = $1
