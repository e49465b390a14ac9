-- $1 id  $2 kind  $3 state  $4 wrapped key  $5 octets  $6 envelope  $7 head  $8 decision
-- $9 bundle  $10 received  $11 due
insert into message (id, kind, state, wrapped_key, size_octets, envelope, head, decision, bundle,
                     received_at_ms, due_at_ms, purge_at_ms, attempts)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $10, 0)
