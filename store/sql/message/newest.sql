-- The newest messages that somebody sent, not those that were written about them.
-- $1 rows
select id, kind, state, wrapped_key, size_octets, envelope, head, decision, bundle,
       received_at_ms, due_at_ms, attempts
from message
where kind in ('mail', 'answer')
order by received_at_ms desc, id desc
limit $1
