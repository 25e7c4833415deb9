with charges as (
    select
        company_id,
        run_position,
        previous_position,
        charge_record_id,
        count(*) as reason_count,
        max(amount) as amount
    from {{ ref('int_charges__failures') }}
    where origin = 'formatter_run'
    group by company_id, run_position, previous_position, charge_record_id
),

refused as (
    select
        company_id,
        run_position,
        count(*) as charge_count,
        cast(sum(reason_count) as bigint) as reason_count,
        {{ sum_or_zero('amount') }} as amount,
        count(*) filter (where previous_position is null) as new_charge_count,
        count(*) filter (where previous_position < run_position - 1) as returned_charge_count,
        count(*) filter (where previous_position = run_position - 1) as again_charge_count
    from charges
    group by company_id, run_position
),

counted as (
    select
        runs.company_id,
        runs.run_number,
        runs.run_on,
        runs.run_position,
        runs.is_latest,
        coalesce(refused.charge_count, 0) as charge_count,
        coalesce(refused.reason_count, 0) as reason_count,
        {{ money('coalesce(refused.amount, 0)') }} as amount,
        coalesce(refused.new_charge_count, 0) as new_charge_count,
        coalesce(refused.returned_charge_count, 0) as returned_charge_count,
        coalesce(refused.again_charge_count, 0) as again_charge_count
    from {{ ref('int_charges__runs') }} as runs
    left join refused
        on
            runs.company_id = refused.company_id
            and runs.run_position = refused.run_position
)

select
    company_id,
    run_number,
    run_on,
    is_latest,
    charge_count,
    reason_count,
    amount,
    new_charge_count,
    again_charge_count,
    returned_charge_count,
    cast(
        coalesce(lag(charge_count) over (partition by company_id order by run_position), 0) - again_charge_count
        as bigint
    ) as left_charge_count,
    count(*) over earlier as earlier_run_count,
    quantile_disc(charge_count, 0.5) over earlier as usual_charge_count
from counted
window
    earlier as (
        partition by company_id
        order by run_position
        rows between 10 preceding and 1 preceding
    )
