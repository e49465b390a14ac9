-- Lets a held delivery go.
-- $1 delivery  $2 when it is due
update delivery set state = 'queued', due_at_ms = $2
where id = $1 and state = 'held'
