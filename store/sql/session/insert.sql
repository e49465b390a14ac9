-- $1 id hash  $2 account  $3 now
insert into session (id_hash, account_id, created_at_ms, seen_at_ms)
values ($1, $2, $3, $3)
