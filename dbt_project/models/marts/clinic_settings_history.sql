select
    rules.emr_location_id,
    rules.effective_from,
    rules.effective_until,
    places.location_id,
    locations.location_name,
    rules.soap_version,
    rules.date_basis,
    rules.is_integration_on,
    settings.enabled_charge_types,
    contents.content_count > 1 as was_corrected,
    settings.file_hash,
    settings.row_number,
    settings.load_id
from {{ ref('int_balancing__clinic_rules') }} as rules
inner join {{ ref('stg_emr__clinic_settings') }} as settings
    on
        rules.emr_location_id = settings.emr_location_id
        and rules.effective_from = settings.effective_from
left join {{ ref('int_practice__source_locations') }} as places
    on
        places.source_system = 'emr'
        and rules.emr_location_id = places.source_location_id
left join {{ ref('stg_practice__locations') }} as locations
    on places.location_id = locations.location_id
inner join {{ ref('base_emr__clinic_setting_contents') }} as contents
    on
        rules.emr_location_id = contents.emr_location_id
        and rules.effective_from = contents.effective_from
