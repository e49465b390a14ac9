-- One message an account wrote.
-- $1 id  $2 account
select sent.id, sent.message_id, sent.created_at_ms,
       message.state, message.wrapped_key, message.head, message.size_octets
from sent join message on message.id = sent.message_id
where sent.id = $1 and sent.account_id = $2
