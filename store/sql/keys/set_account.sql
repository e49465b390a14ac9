-- Wraps the key of a account anew, if it is as it was found.
-- $1 id  $2 as it was found  $3 as it is wrapped now
update account set wrapped_key = $3 where id = $1 and wrapped_key = $2
