-- $1 id  $2 when to look again
update message set purge_at_ms = $2 where id = $1 and state = 'decided'
