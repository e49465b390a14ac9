-- $1 id  $2 sealed profile
update account set profile = $2 where id = $1
