-- The messages that have a body, by id, starting after one.
-- $1 id the page starts after  $2 rows
select id from message
where state <> 'gone' and $1 < id
order by id
limit $2
