-- Removes sessions made before a time, however much used.
-- $1 created before
delete from session where created_at_ms <= $1
