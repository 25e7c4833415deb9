{{ config(materialized='table') }}

-- Medicare's charges of a patient, year and discipline add up in the order of the days.
with thresholds as (
    select *
    from ({{ with_own_rows(ref('therapy_thresholds'), ref('practice_therapy_thresholds')) }}) as rules
    qualify row_number() over (
        partition by rules.discipline_group, rules.effective_from
        order by rules.is_own desc
    ) = 1
),

charges as (
    select
        claim_id,
        line_number,
        patient_id,
        service_on,
        case
            when list_has_any(string_split(modifiers, ':'), ['GP', 'GN']) then 'PT_SLP'
            when list_contains(string_split(modifiers, ':'), 'GO') then 'OT'
        end as discipline_group,
        -- What the payer allowed is known once it answered; until then it is between nothing and the charge.
        case when is_adjudicated then allowed_amount else 0 end as least_amount,
        case when is_adjudicated then allowed_amount else amount end as most_amount
    from {{ ref('int_charges__billed') }}
    where lower(payer_kind) like '%medicare%'
),

added_up as (
    select
        claim_id,
        line_number,
        service_on,
        discipline_group,
        {{ money('sum(least_amount) over year_of_discipline') }} as least_allowed_amount,
        {{ money('sum(most_amount) over year_of_discipline') }} as most_allowed_amount
    from charges
    where discipline_group is not null
    window year_of_discipline as (
        partition by patient_id, discipline_group, date_part('year', service_on)
        order by service_on, claim_id, line_number
    )
)

select
    added_up.claim_id,
    added_up.line_number,
    added_up.discipline_group,
    added_up.least_allowed_amount,
    added_up.most_allowed_amount,
    thresholds.threshold_amount
from added_up
left join thresholds
    on
        added_up.discipline_group = thresholds.discipline_group
        and {{ holds_on('thresholds', 'added_up.service_on') }}
