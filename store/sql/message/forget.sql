-- Removes what is left of messages that are gone, with their deliveries, copies and events.
-- $1 received before  $2 rows
delete from message where id in (
    select id from message
    where state = 'gone' and received_at_ms < $1
    order by received_at_ms
    limit $2
)
