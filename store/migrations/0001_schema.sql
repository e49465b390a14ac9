-- The schema. Times are milliseconds since 1970 UTC. What tells what a message says or whom it
-- is for is sealed under the key of the message, and the key is gone when the message is.

create table message (
    id             text    not null primary key,
    kind           text    not null
        constraint message_kind check (kind in ('mail', 'answer', 'notice', 'confirmation', 'receipt', 'bounce')),
    state          text    not null
        constraint message_state check (state in ('examining', 'held', 'decided', 'gone')),
    wrapped_key    blob,
    size_octets    integer not null constraint message_size check (0 <= size_octets),
    envelope       blob    not null,
    head           blob    not null,
    decision       blob,
    bundle         blob,
    received_at_ms integer not null,
    due_at_ms      integer,
    purge_at_ms    integer not null,
    attempts       integer not null,
    constraint message_examining_is_due check ((state = 'examining') = (due_at_ms is not null)),
    constraint message_gone_has_no_key check ((state = 'gone') = (wrapped_key is null))
) strict;

create index message_examining on message (due_at_ms) where state = 'examining';
create index message_held on message (received_at_ms, id) where state = 'held';
create index message_purge on message (purge_at_ms) where state = 'decided';
create index message_newest on message (received_at_ms, id) where kind in ('mail', 'answer');
create index message_gone on message (received_at_ms) where state = 'gone';
create index message_body on message (id) where state <> 'gone';

create table delivery (
    id          integer not null primary key,
    message_id  text    not null references message (id) on delete cascade deferrable initially deferred,
    route       text    not null,
    -- a keyed hash of where it goes on the route; 0 where all of the route goes to one place
    destination integer not null,
    recipient   blob    not null,
    plan        blob    not null,
    state       text    not null
        constraint delivery_state check (state in ('queued', 'active', 'held', 'sent', 'failed')),
    attempts    integer not null,
    due_at_ms   integer,
    -- since when it is tried
    queued_at_ms integer,
    told_late   integer not null default 0 constraint delivery_told_late check (told_late in (0, 1)),
    last_status blob,
    done_at_ms  integer,
    hold_for    text,
    constraint delivery_queued_is_due check (state not in ('queued', 'active') or due_at_ms is not null),
    constraint delivery_queued_is_dated check (state not in ('queued', 'active') or queued_at_ms is not null),
    constraint delivery_done_is_dated check ((state in ('sent', 'failed')) = (done_at_ms is not null)),
    constraint delivery_held_has_reason check (state <> 'held' or hold_for is not null)
) strict;

create index delivery_due on delivery (route, due_at_ms) where state = 'queued';
create index delivery_destination on delivery (route, destination, due_at_ms) where state = 'queued';
create index delivery_active on delivery (route, id) where state = 'active';
create index delivery_held on delivery (id) where state = 'held';
create index delivery_by_message on delivery (message_id, id);

-- Sealed bodies that are short enough to be committed with their messages; all others are files.
create table body (
    message_id text not null primary key references message (id) on delete cascade deferrable initially deferred,
    octets     blob not null
) strict;

create table copy (
    id                 text    not null primary key,
    message_id         text    not null references message (id) on delete cascade deferrable initially deferred,
    address_hash       blob    not null constraint copy_address_hash check (length(address_hash) = 32),
    sender_hash        blob    not null constraint copy_sender_hash check (length(sender_hash) = 32),
    recipient          blob    not null,
    print              integer not null constraint copy_print check (print in (0, 1)),
    reply              integer not null constraint copy_reply check (reply in (0, 1)),
    reply_all          integer not null constraint copy_reply_all check (reply_all in (0, 1)),
    forward            integer not null constraint copy_forward check (forward in (0, 1)),
    on_expiry          text    not null
        constraint copy_on_expiry check (on_expiry in ('gone', 'read-only')),
    read_receipt       text    not null
        constraint copy_read_receipt check (read_receipt in ('never', 'on-request', 'always')),
    extension_until_ms integer,
    expires_at_ms      integer not null,
    decided_by         text    not null,
    delivered_at_ms    integer not null,
    read_at_ms         integer,
    deleted_at_ms      integer,
    recalled_at_ms     integer
) strict;

create index copy_inbox on copy (address_hash, delivered_at_ms, id) where deleted_at_ms is null;
create index copy_unread on copy (address_hash, expires_at_ms)
    where read_at_ms is null and deleted_at_ms is null and recalled_at_ms is null;
create index copy_by_message on copy (message_id, id);

create table token (
    hash          blob    not null primary key constraint token_hash check (length(hash) = 32),
    purpose       text    not null constraint token_purpose check (purpose in ('notice', 'reset', 'sender')),
    copy_id       text    references copy (id) on delete cascade deferrable initially deferred,
    message_id    text    references message (id) on delete cascade deferrable initially deferred,
    address_hash  blob    not null constraint token_address_hash check (length(address_hash) = 32),
    expires_at_ms integer not null,
    spent_at_ms   integer,
    constraint token_notice_has_copy check ((purpose = 'notice') = (copy_id is not null)),
    constraint token_sender_has_message check ((purpose = 'sender') = (message_id is not null))
) strict;

create index token_by_copy on token (copy_id);
create index token_by_message on token (message_id);
create index token_by_expiry on token (expires_at_ms);

create table account (
    id            text    not null primary key,
    address_hash  blob    not null constraint account_address_hash check (length(address_hash) = 32)
        constraint account_address unique,
    wrapped_key   blob    not null,
    profile       blob    not null,
    password      text    not null,
    failures      integer not null,
    locked_at_ms  integer,
    created_at_ms integer not null,
    seen_at_ms    integer not null
) strict;

create table session (
    id_hash       blob    not null primary key constraint session_id_hash check (length(id_hash) = 32),
    account_id    text    not null references account (id) on delete cascade,
    created_at_ms integer not null,
    seen_at_ms    integer not null
) strict;

create index session_by_account on session (account_id, seen_at_ms);
create index session_by_seen on session (seen_at_ms);
create index session_by_created on session (created_at_ms);

create table sent (
    id            text    not null primary key,
    account_id    text    not null references account (id) on delete cascade,
    message_id    text    not null references message (id) on delete cascade deferrable initially deferred,
    created_at_ms integer not null
) strict;

create index sent_by_account on sent (account_id, created_at_ms, id);
create index sent_by_message on sent (message_id);

create table event (
    id         integer not null primary key,
    at_ms      integer not null,
    message_id text    references message (id) on delete cascade deferrable initially deferred,
    name       text    not null,
    detail     blob
) strict;

create index event_by_message on event (message_id, id);
