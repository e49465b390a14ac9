-- What happened to a message, in order, starting after one event.
-- $1 message  $2 event the page starts after  $3 rows
select id, at_ms, name, detail from event
where message_id = $1 and $2 < id
order by id
limit $3
