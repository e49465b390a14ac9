-- Who delivers what is active, and until when that is believed: of several nodes that share the
-- queue, another takes over what one that died was delivering.

alter table delivery add column owner text not null default '';
alter table delivery add column lease_until_ms integer not null default 0;
