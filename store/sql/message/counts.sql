-- How many messages are in each state but gone.
select 'decided' as state, count(*) as count from message where state = 'decided'
union all
select 'examining', count(*) from message where state = 'examining'
union all
select 'held', count(*) from message where state = 'held'
