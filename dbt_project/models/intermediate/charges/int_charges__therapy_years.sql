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

medicare as (
    select *
    from {{ ref('int_charges__billed') }}
    where lower(payer_kind) like '%medicare%'
),

-- The practice's table of a payer goes before that of its kind.
allowed as (
    select
        days.payer_id,
        days.procedure_code,
        days.service_on,
        amounts.unit_amount,
        coalesce(amounts.least_unit_amount, amounts.unit_amount) as least_unit_amount
    from (
        select distinct
            payer_id,
            payer_kind,
            procedure_code,
            service_on
        from medicare
        where not is_adjudicated
    ) as days
    inner join {{ ref('practice_allowed_amounts') }} as amounts
        on
            days.procedure_code = amounts.procedure_code
            and {{ holds_on('amounts', 'days.service_on') }}
            and (amounts.payer_id is null or days.payer_id = amounts.payer_id)
            and (amounts.payer_kind is null or lower(days.payer_kind) like '%' || lower(amounts.payer_kind) || '%')
    qualify row_number() over (
        partition by days.payer_id, days.procedure_code, days.service_on
        order by amounts.payer_id is null, amounts.payer_kind is null, amounts.effective_from desc
    ) = 1
),

-- What the payer allowed is known once it answered. Until then it is what the practice's table says, and without one
-- between nothing and the charge.
charges as (
    select
        medicare.claim_id,
        medicare.line_number,
        medicare.patient_id,
        medicare.service_on,
        case
            when list_has_any(string_split(medicare.modifiers, ':'), ['GP', 'GN']) then 'PT_SLP'
            when list_contains(string_split(medicare.modifiers, ':'), 'GO') then 'OT'
        end as discipline_group,
        case
            when medicare.is_adjudicated then medicare.allowed_amount
            when allowed.payer_id is not null
                then least(medicare.amount, medicare.units * allowed.least_unit_amount)
            else 0
        end as least_amount,
        case
            when medicare.is_adjudicated then medicare.allowed_amount
            when allowed.payer_id is not null
                then least(medicare.amount, medicare.units * allowed.unit_amount)
            else medicare.amount
        end as most_amount
    from medicare
    left join allowed
        on
            not medicare.is_adjudicated
            and medicare.payer_id = allowed.payer_id
            and medicare.procedure_code = allowed.procedure_code
            and medicare.service_on = allowed.service_on
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
