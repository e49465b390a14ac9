-- $1 number  $2 time  $3 kind  $4 fields  $5 digest of the record before  $6 digest
insert into audit (sequence, at_ms, kind, fields, previous, digest)
values ($1, $2, $3, $4, $5, $6)
