-- Removes the body of a message whose key is destroyed.
-- $1 message
delete from body where message_id = $1
