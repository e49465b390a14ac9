-- Keeps the same password under a stronger hash, unless it was changed meanwhile.
-- $1 id  $2 hash it had  $3 hash
update account set password = $3 where id = $1 and password = $2
