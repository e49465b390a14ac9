-- A session that has not ended.
-- $1 id hash  $2 seen after  $3 created after
select account_id, created_at_ms, seen_at_ms from session
where id_hash = $1 and $2 < seen_at_ms and $3 < created_at_ms
