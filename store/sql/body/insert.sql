-- $1 message  $2 sealed body
insert into body (message_id, octets) values ($1, $2)
