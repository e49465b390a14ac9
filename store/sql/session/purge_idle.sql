-- Removes sessions not used since a time.
-- $1 seen before
delete from session where seen_at_ms <= $1
