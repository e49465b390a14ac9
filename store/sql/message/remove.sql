-- Removes a message with its deliveries, copies and events.
-- $1 id
delete from message where id = $1
