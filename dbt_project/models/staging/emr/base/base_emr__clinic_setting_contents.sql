-- A delivery that says the same again is no other content.
select
    emr_location_id,
    effective_from,
    count(distinct row(soap_version, is_integration_on, enabled_charge_types)) as content_count
from {{ source('bronze', 'clinic_settings') }}
where loaded_on <= {{ as_of() }}
group by emr_location_id, effective_from
