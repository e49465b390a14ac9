-- $1 hash  $2 purpose
select purpose, copy_id, message_id, address_hash, expires_at_ms, spent_at_ms from token
where hash = $1 and purpose = $2
