-- Ends a held delivery that nobody let go.
-- $1 delivery  $2 now
update delivery set state = 'failed', done_at_ms = $2
where id = $1 and state = 'held'
