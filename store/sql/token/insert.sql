-- $1 hash  $2 purpose  $3 copy  $4 message  $5 address hash  $6 expires
insert into token (hash, purpose, copy_id, message_id, address_hash, expires_at_ms)
values ($1, $2, $3, $4, $5, $6)
