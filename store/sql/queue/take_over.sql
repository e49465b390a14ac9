-- Puts back what other nodes were delivering whose leases have ended.
-- $1 now  $2 node
update delivery set state = 'queued', due_at_ms = $1
where state = 'active' and owner <> $2 and lease_until_ms < $1
