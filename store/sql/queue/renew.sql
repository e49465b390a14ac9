-- Makes the leases of what a node delivers longer.
-- $1 node  $2 their end
update delivery set lease_until_ms = $2
where state = 'active' and owner = $1
