-- $1 account  $2 seen after  $3 created after
select count(*) from session
where account_id = $1 and $2 < seen_at_ms and $3 < created_at_ms
