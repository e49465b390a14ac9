-- $1 when  $2 message  $3 name  $4 sealed detail
insert into event (at_ms, message_id, name, detail)
values ($1, $2, $3, $4)
