{{ config(materialized='table') }}

-- The two systems may write one charge type in different letter case; the spelling of the EMR is shown.
with spellings as (
    select distinct
        charge_type,
        true as is_of_emr
    from {{ ref('stg_emr__payments') }}

    union all

    select distinct
        trim(charge_type) as charge_type,
        false as is_of_emr
    from {{ ref('stg_billing__patient_payments') }}
)

select
    {{ charge_type_key('charge_type') }} as charge_type_key,
    coalesce(min(charge_type) filter (where is_of_emr), min(charge_type)) as charge_type
from spellings
group by {{ charge_type_key('charge_type') }}
