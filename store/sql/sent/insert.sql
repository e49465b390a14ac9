-- $1 id  $2 account  $3 message  $4 created
insert into sent (id, account_id, message_id, created_at_ms)
values ($1, $2, $3, $4)
