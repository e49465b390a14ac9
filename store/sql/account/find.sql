-- $1 id
select id, address_hash, wrapped_key, profile, password, failures, locked_at_ms, created_at_ms, seen_at_ms
from account
where id = $1
