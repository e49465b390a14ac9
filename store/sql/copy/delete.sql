-- $1 id  $2 address hash  $3 now
update copy set deleted_at_ms = $3
where id = $1 and address_hash = $2 and deleted_at_ms is null
