with states as (
    {{ delivered_states(
        source('bronze', 'clinic_settings'), ['emr_location_id', 'effective_from'], modified_at=none
    ) }}
)

select
    emr_location_id,
    effective_from,
    soap_version,
    known_from,
    known_until
from states
