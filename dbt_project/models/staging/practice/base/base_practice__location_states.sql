with states as (
    {{ delivered_states(source('bronze', 'locations'), ['location_id']) }}
)

select
    location_id,
    emr_location_id,
    billing_location_id,
    known_from,
    known_until
from states
