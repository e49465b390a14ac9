-- The messages that have a file as their body, by id, starting after one.
-- $1 id the page starts after  $2 rows
select id from message
where state <> 'gone' and $1 < id and not exists (select 1 from body where message_id = message.id)
order by id
limit $2
