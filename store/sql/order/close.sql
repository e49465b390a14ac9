-- Writes down what came of an open order.
-- $1 order  $2 outcome  $3 now
update delivery_order set outcome = $2, done_at_ms = $3
where id = $1 and outcome is null
