with payments as (
    select
        location_id,
        balanced_on,
        charge_type,
        1 as emr_count,
        amount as emr_amount,
        case when flow = 'internal_payment' then amount else 0 end as internal_payment_amount,
        case when flow = 'integration_off' then amount else 0 end as integration_off_amount,
        0 as billing_count,
        0 as billing_amount
    from {{ ref('int_balancing__emr_payments') }}

    union all

    select
        location_id,
        balanced_on,
        charge_type,
        0 as emr_count,
        0 as emr_amount,
        0 as internal_payment_amount,
        0 as integration_off_amount,
        1 as billing_count,
        amount as billing_amount
    from {{ ref('int_balancing__billing_payments') }}
),

-- The two systems may write one charge type in different letter case; the spelling of the EMR is shown.
charge_types as (
    select
        lower(trim(charge_type)) as charge_type_key,
        coalesce(min(charge_type) filter (where emr_count = 1), min(trim(charge_type))) as charge_type
    from payments
    group by lower(trim(charge_type))
),

cells as (
    select
        payments.location_id,
        payments.balanced_on,
        charge_types.charge_type,
        sum(payments.emr_count) as emr_payment_count,
        {{ sum_or_zero('payments.emr_amount') }} as emr_amount,
        {{ sum_or_zero('payments.internal_payment_amount') }} as internal_payment_amount,
        {{ sum_or_zero('payments.integration_off_amount') }} as integration_off_amount,
        sum(payments.billing_count) as billing_payment_count,
        {{ sum_or_zero('payments.billing_amount') }} as billing_amount
    from payments
    inner join charge_types
        on lower(trim(payments.charge_type)) = charge_types.charge_type_key
    group by payments.location_id, payments.balanced_on, charge_types.charge_type
)

select
    cells.location_id,
    cells.balanced_on,
    cells.charge_type,
    locations.location_name,
    locations.practice_id,
    coalesce(rules.date_basis, 'posting') as date_basis,
    locations.location_id is not null as is_location_mapped,
    cast(cells.emr_payment_count as bigint) as emr_payment_count,
    cells.emr_amount,
    cells.internal_payment_amount,
    cells.integration_off_amount,
    cast(cells.billing_payment_count as bigint) as billing_payment_count,
    cells.billing_amount,
    {{ money('cells.emr_amount - cells.billing_amount') }} as difference_amount,
    {{ money('cells.internal_payment_amount + cells.integration_off_amount') }} as expected_difference_amount,
    {{ money(
        'cells.emr_amount - cells.billing_amount - cells.internal_payment_amount - cells.integration_off_amount'
    ) }} as open_difference_amount
from cells
left join {{ ref('stg_practice__locations') }} as locations
    on cells.location_id = locations.location_id
left join {{ ref('int_balancing__clinic_rules') }} as rules
    on
        coalesce(locations.emr_location_id, substr(cells.location_id, 10)) = rules.emr_location_id
        and cells.balanced_on >= rules.effective_from
        and (cells.balanced_on < rules.effective_until or rules.effective_until is null)
