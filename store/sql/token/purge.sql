-- Removes tokens that expired before a time.
-- $1 before  $2 rows
delete from token where hash in (
    select hash from token where expires_at_ms < $1
    order by expires_at_ms
    limit $2
)
