-- $1 id  $2 password
update account set password = $2, failures = 0, locked_at_ms = null
where id = $1
