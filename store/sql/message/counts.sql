-- How many messages are in each state.
select state, count(*) as count from message group by state
