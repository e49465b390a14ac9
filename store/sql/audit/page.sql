-- Records in the order of their numbers.
-- $1 number the page starts after  $2 rows
select sequence, at_ms, kind, fields, previous, digest
from audit
where $1 < sequence
order by sequence
limit $2
