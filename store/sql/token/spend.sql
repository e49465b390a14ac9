-- Uses a token up, once, before it expires, for the address it was made for.
-- $1 hash  $2 purpose  $3 address hash  $4 now
update token set spent_at_ms = $4
where hash = $1 and purpose = $2 and address_hash = $3
  and spent_at_ms is null and $4 < expires_at_ms
