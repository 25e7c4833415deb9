-- A close may be delivered again, with the date of its reopening. What the first delivery said of it holds.
select
    location_id,
    period_start_on,
    close_version,
    arg_min(period_end_on, (loaded_on, load_id, row_number)) as period_end_on,
    arg_min(closed_on, (loaded_on, load_id, row_number)) as closed_on,
    min(loaded_on) as first_loaded_on
from {{ source('bronze', 'closed_periods') }}
where loaded_on <= {{ as_of() }}
group by location_id, period_start_on, close_version
