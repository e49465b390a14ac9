-- The earliest time at which a delivery or an examination is due.
select min(due_at_ms) from (
    select min(due_at_ms) as due_at_ms from delivery where state = 'queued'
    union all
    select min(due_at_ms) from message where state = 'examining'
)
