-- The same for messages that wait to be examined, where it was set back.
-- $1 by how much, ms: negative
update message set due_at_ms = due_at_ms + $1 where state = 'examining' and due_at_ms is not null
