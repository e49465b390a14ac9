-- Decided messages to be looked at, and whether each must still be kept: for a delivery that is
-- not done, for a copy that can still be read, or for its sender.
-- $1 now  $2 start of the retention  $3 rows
select message.id,
       exists (
           select 1 from delivery
           where delivery.message_id = message.id and delivery.state in ('queued', 'active', 'held')
       ) or exists (
           select 1 from copy
           where copy.message_id = message.id
             and copy.deleted_at_ms is null and copy.recalled_at_ms is null
             and ($1 < copy.expires_at_ms
                  or (copy.on_expiry = 'read-only' and $2 < copy.delivered_at_ms))
       ) or exists (
           select 1 from sent where sent.message_id = message.id and $2 < sent.created_at_ms
       ) as kept
from message
where state = 'decided' and purge_at_ms <= $1
order by purge_at_ms
limit $3
