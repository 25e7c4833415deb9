{{ config(materialized='table') }}

-- The table row that holds for a procedure on a day: the practice's own before ours.
with procedure_days as (
    select distinct
        procedure_code,
        service_on
    from {{ ref('int_charges__billed') }}
),

described as (
    select
        procedure_days.procedure_code,
        procedure_days.service_on,
        rules.is_timed,
        rules.is_therapy,
        rules.visit_kind,
        rules.max_units
    from procedure_days
    inner join ({{ with_own_rows(ref('procedure_rules'), ref('practice_procedure_rules')) }}) as rules
        on
            procedure_days.procedure_code = rules.procedure_code
            and {{ holds_on('rules', 'procedure_days.service_on') }}
    qualify row_number() over (
        partition by procedure_days.procedure_code, procedure_days.service_on
        order by rules.is_own desc, rules.effective_from desc
    ) = 1
),

priced as (
    select
        procedure_days.procedure_code,
        procedure_days.service_on,
        max(fees.unit_amount) as unit_amount
    from procedure_days
    inner join {{ ref('practice_fees') }} as fees
        on
            procedure_days.procedure_code = fees.procedure_code
            and {{ holds_on('fees', 'procedure_days.service_on') }}
    group by procedure_days.procedure_code, procedure_days.service_on
),

-- A practice without a fee schedule has no unknown procedures.
fee_schedule as (
    select count(*) > 0 as is_known
    from {{ ref('practice_fees') }}
)

select
    procedure_days.procedure_code,
    procedure_days.service_on,
    described.procedure_code is not null as is_known_procedure,
    described.is_timed,
    described.is_therapy,
    described.visit_kind,
    described.max_units,
    priced.unit_amount,
    case when fee_schedule.is_known then priced.procedure_code is null end as is_without_fee
from procedure_days
left join described
    on
        procedure_days.procedure_code = described.procedure_code
        and procedure_days.service_on = described.service_on
left join priced
    on
        procedure_days.procedure_code = priced.procedure_code
        and procedure_days.service_on = priced.service_on
cross join fee_schedule
