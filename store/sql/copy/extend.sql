-- Lets a copy expire later, as far as its sender's rules allow and only while it has not expired.
-- $1 id  $2 address hash  $3 new end  $4 now
update copy set expires_at_ms = $3
where id = $1 and address_hash = $2 and deleted_at_ms is null and recalled_at_ms is null
  and $4 < expires_at_ms and expires_at_ms < $3 and $3 <= extension_until_ms
