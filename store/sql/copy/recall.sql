-- Takes back the copies of a message, if this sender sent it.
-- $1 message  $2 sender hash  $3 now
update copy set recalled_at_ms = $3
where message_id = $1 and sender_hash = $2 and recalled_at_ms is null
