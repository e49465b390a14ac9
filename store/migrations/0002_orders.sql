-- What somebody ordered of a delivery that waits. The process that owns the queue carries it out
-- and writes down what came of it; until then it is open.

create table delivery_order (
    id          integer not null primary key,
    delivery_id integer not null references delivery (id) on delete cascade deferrable initially deferred,
    what        text    not null constraint order_what check (what in ('release', 'return', 'discard')),
    releases_for text  not null,
    ordered_by  text    not null,
    reason      blob,
    unexamined  integer not null constraint order_unexamined check (unexamined in (0, 1)),
    at_ms       integer not null,
    outcome     text
        constraint order_outcome check (outcome in
            ('released', 'kept', 'returned', 'untold', 'waiting', 'unreadable', 'late')),
    done_at_ms  integer,
    constraint order_done_is_dated check ((outcome is null) = (done_at_ms is null))
) strict;

create index order_open on delivery_order (id) where outcome is null;
create index order_by_delivery on delivery_order (delivery_id, id);
