-- $1 id  $2 address hash  $3 wrapped key  $4 sealed profile  $5 password  $6 now
insert into account (id, address_hash, wrapped_key, profile, password, failures, created_at_ms, seen_at_ms)
values ($1, $2, $3, $4, $5, 0, $6, $6)
on conflict (address_hash) do nothing
