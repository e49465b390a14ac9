-- Moves an examination to a later time and counts the attempt.
-- $1 message  $2 when  $3 when it was due
update message set due_at_ms = $2, attempts = attempts + 1
where id = $1 and state = 'examining' and due_at_ms = $3
