-- How many deliveries are not done, by state.
select 'active' as state, count(*) as count from delivery where state = 'active'
union all
select 'held', count(*) from delivery where state = 'held'
union all
select 'queued', count(*) from delivery where state = 'queued'
