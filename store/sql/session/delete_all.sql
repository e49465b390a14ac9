-- $1 account
delete from session where account_id = $1
