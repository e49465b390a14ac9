-- The audit log: a chain, in which each record holds the digest of the one before it. It tells ids
-- and keyed hashes, never an address or what a message says. Records are added and stay; that no
-- statement changes one is kept here, that nobody else did is what the chain shows.

create table audit (
    sequence integer not null primary key,
    at_ms    integer not null,
    kind     text    not null,
    fields   text    not null,
    previous blob    not null constraint audit_previous check (length(previous) = 32),
    digest   blob    not null constraint audit_digest check (length(digest) = 32)
) strict;

create trigger audit_is_not_changed before update on audit
begin
    select raise(abort, 'a record of the audit log is not changed');
end;

create trigger audit_is_not_removed before delete on audit
begin
    select raise(abort, 'a record of the audit log is not removed');
end;
