-- The newest record. No parameters.
select sequence, at_ms, kind, fields, previous, digest
from audit
where sequence = (select max(sequence) from audit)
