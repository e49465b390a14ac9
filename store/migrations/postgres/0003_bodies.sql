-- Sealed bodies that are too long to be committed with their messages: what the files beside the
-- other database are. One is written before its message is, in a transaction of its own, and is
-- whole or not there.

create table long_body (
    message_id text collate "C" not null primary key,
    -- who wrote it: what is left without a message is removed when that node starts again
    node       text collate "C" not null,
    made_at    timestamptz not null default now(),
    segments   bigint not null
);

create table body_segment (
    message_id text collate "C" not null references long_body (message_id) on delete cascade,
    number     bigint not null,
    octets     bytea not null,
    primary key (message_id, number)
);

-- What is sealed cannot be made shorter.
alter table body_segment alter column octets set storage external;

-- What the nodes know their keys by: one with others could read nothing that those before it wrote.

create table fellowship (
    one  boolean not null primary key default true constraint fellowship_one check (one),
    mark bytea not null
);
