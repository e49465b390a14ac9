-- Lets a held delivery go, with the changes that were decided last.
-- $1 delivery  $2 when it is due, and tried from then on  $3 sealed plan, if it is another one
update delivery
set state = 'queued', due_at_ms = $2, queued_at_ms = $2, plan = coalesce($3, plan)
where id = $1 and state = 'held'
