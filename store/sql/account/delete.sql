-- $1 id
delete from account where id = $1
