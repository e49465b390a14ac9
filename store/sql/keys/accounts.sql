-- Wrapped keys of accounts.
-- $1 id the page starts after  $2 rows
select id, wrapped_key
from account
where $1 < id
order by id
limit $2
