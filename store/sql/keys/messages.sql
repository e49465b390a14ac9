-- Wrapped keys of messages that are not gone.
-- $1 id the page starts after  $2 rows
select id, wrapped_key
from message
where state <> 'gone' and $1 < id
order by id
limit $2
