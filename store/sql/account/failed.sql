-- Counts a wrong password, and locks the account with the one that reaches the limit.
-- $1 id  $2 limit  $3 now
update account
set failures = failures + 1,
    locked_at_ms = case
        when locked_at_ms is null and $2 <= failures + 1 then $3
        else locked_at_ms
    end
where id = $1
returning failures, locked_at_ms
