-- Ends the sessions of an account beyond a number, those used longest ago.
-- $1 account  $2 how many may stay
delete from session where id_hash in (
    select id_hash from session where account_id = $1
    order by seen_at_ms desc
    limit 1000 offset $2
)
