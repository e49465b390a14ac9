-- $1 id hash
delete from session where id_hash = $1
