-- How many copies an address has not read, counted up to a limit.
-- $1 address hash  $2 now  $3 rows
select count(*) from (
    select 1 from copy
    where address_hash = $1 and deleted_at_ms is null and read_at_ms is null
      and recalled_at_ms is null and $2 < expires_at_ms
    limit $3
) as unread
