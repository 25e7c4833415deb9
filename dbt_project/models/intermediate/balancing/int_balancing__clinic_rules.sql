{{ config(materialized='table') }}

select
    emr_location_id,
    effective_from,
    lead(effective_from) over (partition by emr_location_id order by effective_from) as effective_until,
    soap_version,
    case when soap_version = '1.0' then 'deposit' else 'posting' end as date_basis,
    is_integration_on,
    list_transform(
        string_split(enabled_charge_types, ';'),
        lambda charge_type: {{ charge_type_key('charge_type') }}
    ) as enabled_charge_type_keys
from {{ ref('stg_emr__clinic_settings') }}
