-- One page of what an address was sent, the newest first.
-- $1 address hash  $2, $3 the row the page starts after (delivered, id)  $4 rows
select copy.id, copy.message_id, copy.sender_hash, copy.recipient, copy.print, copy.reply,
       copy.reply_all, copy.forward, copy.on_expiry, copy.read_receipt, copy.extension_until_ms,
       copy.expires_at_ms, copy.decided_by, copy.delivered_at_ms, copy.read_at_ms,
       copy.recalled_at_ms,
       message.kind, message.wrapped_key, message.head, message.size_octets, message.received_at_ms
from copy join message on message.id = copy.message_id
where copy.address_hash = $1 and copy.deleted_at_ms is null
  and (copy.delivered_at_ms, copy.id) < ($2, $3)
order by copy.delivered_at_ms desc, copy.id desc
limit $4
