-- How many deliveries are in each state.
select state, count(*) as count from delivery group by state
