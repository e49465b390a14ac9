-- One copy, if it was sent to this address and not deleted.
-- $1 id  $2 address hash
select copy.id, copy.message_id, copy.sender_hash, copy.recipient, copy.print, copy.reply,
       copy.reply_all, copy.forward, copy.on_expiry, copy.read_receipt, copy.extension_until_ms,
       copy.expires_at_ms, copy.decided_by, copy.delivered_at_ms, copy.read_at_ms,
       copy.recalled_at_ms,
       message.kind, message.wrapped_key, message.head, message.size_octets, message.received_at_ms
from copy join message on message.id = copy.message_id
where copy.id = $1 and copy.address_hash = $2 and copy.deleted_at_ms is null
