-- $1 id hash  $2 now
update session set seen_at_ms = $2
where id_hash = $1 and seen_at_ms < $2
