{{ config(materialized='table') }}

-- Only days on which a physician saw the patient, or of which a procedure has no fee: of all others no rule asks.
with procedures as (
    select
        charges.patient_id,
        charges.payer_id,
        charges.service_on,
        procedures.visit_kind,
        coalesce(procedures.is_without_fee, false) as is_without_fee
    from {{ ref('int_charges__billed') }} as charges
    inner join {{ ref('int_charges__procedure_rules') }} as procedures
        on
            charges.procedure_code = procedures.procedure_code
            and charges.service_on = procedures.service_on
),

days as (
    select distinct
        patient_id,
        payer_id,
        service_on
    from procedures
    where
        visit_kind is not null
        or is_without_fee
),

-- What a new patient's visit asks: when the patient was here last.
earlier as (
    select
        visits.patient_id,
        visits.service_on,
        max(charges.service_on) as previous_service_on
    from (
        select distinct
            patient_id,
            service_on
        from procedures
        where visit_kind = 'new'
    ) as visits
    inner join {{ ref('int_charges__billed') }} as charges
        on
            visits.patient_id = charges.patient_id
            and visits.service_on > charges.service_on
    group by visits.patient_id, visits.service_on
)

select
    days.patient_id,
    days.payer_id,
    days.service_on,
    count(*) as charge_count,
    count(procedures.visit_kind) as visit_count,
    bool_or(procedures.is_without_fee) as has_procedure_without_fee,
    max(earlier.previous_service_on) as previous_service_on
from days
inner join procedures
    on
        days.patient_id = procedures.patient_id
        and days.service_on = procedures.service_on
        and days.payer_id is not distinct from procedures.payer_id
left join earlier
    on
        days.patient_id = earlier.patient_id
        and days.service_on = earlier.service_on
group by days.patient_id, days.payer_id, days.service_on
