-- The sealed body of a message that has it in the database.
-- $1 message
select octets from body where message_id = $1
