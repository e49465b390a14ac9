-- Forgets wrong passwords after a right one; a locked account stays locked.
-- $1 id  $2 now
update account set failures = 0, seen_at_ms = $2
where id = $1 and locked_at_ms is null
