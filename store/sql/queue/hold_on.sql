-- Says anew whom a held delivery waits for.
-- $1 delivery  $2 for whom
update delivery set hold_for = $2
where id = $1 and state = 'held'
