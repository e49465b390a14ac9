-- Destroys the key of a message, and with it all that was sealed under it.
-- $1 id
update message
set state = 'gone', wrapped_key = null, envelope = substr(envelope, 1, 0), head = substr(head, 1, 0), decision = null, due_at_ms = null
where id = $1 and state <> 'gone'
