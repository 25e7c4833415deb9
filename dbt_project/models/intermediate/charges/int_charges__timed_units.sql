{{ config(materialized='table') }}

-- Timed minutes and units of the day decide together; one line without minutes leaves them unknown. Of payers whose
-- counting method nobody tells, there is nothing to count.
with timed as (
    select
        charges.claim_id,
        charges.line_number,
        charges.units,
        charges.timed_minutes,
        case
            when bool_and(charges.timed_minutes is not null) over day_of_patient
                then sum(charges.timed_minutes) over day_of_patient
        end as day_minutes,
        sum(charges.units) over day_of_patient as day_units,
        sum(charges.timed_minutes // 15) over day_of_patient as day_full_units,
        rank() over (day_of_patient order by charges.timed_minutes % 15 desc nulls last) as remainder_rank
    from {{ ref('int_charges__billed') }} as charges
    inner join {{ ref('int_charges__procedure_rules') }} as procedures
        on
            charges.procedure_code = procedures.procedure_code
            and charges.service_on = procedures.service_on
            and procedures.is_timed
    inner join {{ ref('int_charges__payer_rules') }} as payers
        on
            charges.payer_id = payers.payer_id
            and charges.service_on = payers.service_on
            and payers.counting_method is not null
    window day_of_patient as (partition by charges.patient_id, charges.payer_id, charges.service_on)
)

select
    claim_id,
    line_number,
    day_units,
    {{ units_of_minutes('day_minutes') }} as day_units_allowed,
    -- The units that a procedure gets of the day's: one for each quarter of an hour of its own, and one of those that
    -- the rests of all procedures give together, longest rest first. Equal rests may both claim it.
    case
        when day_minutes is not null
            then
                timed_minutes // 15
                + cast(
                    timed_minutes % 15 > 0
                    and remainder_rank <= {{ units_of_minutes('day_minutes') }} - day_full_units
                    as integer
                )
    end as line_units_allowed,
    timed_minutes // 15 + cast(timed_minutes % 15 >= 8 as integer) as midpoint_units_allowed
from timed
