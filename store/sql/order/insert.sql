-- $1 delivery  $2 what  $3 for whom  $4 by whom  $5 sealed reason  $6 unexamined  $7 now
insert into delivery_order (delivery_id, what, releases_for, ordered_by, reason, unexamined, at_ms)
values ($1, $2, $3, $4, $5, $6, $7)
returning id
