-- Puts back what this node was delivering when its process ended, and what has no lease any more.
-- $1 now  $2 node
update delivery set state = 'queued', due_at_ms = $1
where state = 'active' and (owner = $2 or lease_until_ms < $1)
