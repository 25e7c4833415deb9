{{ config(materialized='table') }}

-- A report of a close that was heard of late shows what was known then: before, nobody could have written it.
with closes as (
    select
        location_id,
        period_start_on,
        period_end_on,
        close_version,
        closed_on,
        greatest(closed_on, first_loaded_on) as known_on
    from {{ ref('base_billing__period_closes') }}
    where closed_on <= {{ as_of() }}
)

select
    location_id,
    period_start_on,
    period_end_on,
    close_version,
    closed_on,
    known_on,
    lead(known_on) over (
        partition by location_id, period_start_on
        order by close_version
    ) as next_known_on
from closes
