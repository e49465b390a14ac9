-- One page of what an account wrote, the newest first.
-- $1 account  $2, $3 the row the page starts after (created, id)  $4 rows
select sent.id, sent.message_id, sent.created_at_ms,
       message.state, message.wrapped_key, message.head, message.size_octets
from sent join message on message.id = sent.message_id
where sent.account_id = $1 and (sent.created_at_ms, sent.id) < ($2, $3)
order by sent.created_at_ms desc, sent.id desc
limit $4
