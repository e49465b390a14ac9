-- Marks a copy as read, the first time only.
-- $1 id  $2 now
update copy set read_at_ms = $2
where id = $1 and read_at_ms is null and deleted_at_ms is null and recalled_at_ms is null
