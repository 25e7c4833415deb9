{{ config(materialized='table') }}

-- Every open payment of either side is in exactly one unit: a pair, with the entries that settle it, or a payment alone.
with pairs as (
    select
        emr_payment_id,
        billing_payment_id,
        'payment' as billing_role
    from {{ ref('int_balancing__identified_pairs') }}
    where is_the_payment

    union all

    select
        emr_payment_id,
        billing_payment_id,
        'payment' as billing_role
    from {{ ref('int_balancing__same_day_pairs') }}

    union all

    select
        emr_payment_id,
        billing_payment_id,
        'payment' as billing_role
    from {{ ref('int_balancing__window_pairs') }}
    where not is_contested

    union all

    select
        emr_payment_id,
        billing_payment_id,
        'payment' as billing_role
    from {{ ref('int_balancing__closed_amount_pairs') }}
    where not is_contested

    union all

    select
        emr_payment_id,
        billing_payment_id,
        'payment' as billing_role
    from {{ ref('int_balancing__near_pairs') }}
    where not is_contested

    union all

    select
        emr_payment_id,
        billing_payment_id,
        'payment' as billing_role
    from {{ ref('int_balancing__hand_pairs') }}
    where not is_contested

    union all

    select
        emr_payment_id,
        billing_payment_id,
        'payment' as billing_role
    from {{ ref('int_balancing__other_patient_pairs') }}

    union all

    select
        emr_payment_id,
        billing_payment_id,
        'adjustment' as billing_role
    from {{ ref('int_balancing__closed_month_adjustments') }}
),

contested as (
    select
        emr_payment_id,
        billing_payment_id
    from {{ ref('int_balancing__window_pairs') }}
    where is_contested

    union all

    select
        emr_payment_id,
        billing_payment_id
    from {{ ref('int_balancing__closed_amount_pairs') }}
    where is_contested

    union all

    select
        emr_payment_id,
        billing_payment_id
    from {{ ref('int_balancing__near_pairs') }}
    where is_contested

    union all

    select
        emr_payment_id,
        billing_payment_id
    from {{ ref('int_balancing__hand_pairs') }}
    where is_contested
)

select
    'emr:' || emr.emr_payment_id as unit_key,
    'emr' as side,
    emr.emr_payment_id as payment_id,
    case
        when emr.emr_payment_id in (select contested.emr_payment_id from contested) then 'contested'
        else 'payment'
    end as payment_role,
    emr.location_id,
    emr.patient_id,
    emr.charge_type_key,
    emr.transaction_on as clinic_on,
    emr.transaction_on as deposit_on,
    emr.transaction_on as posting_on,
    true as is_in_standard_view,
    emr.amount
from {{ ref('int_balancing__open_emr_payments') }} as emr

union all

select
    coalesce('emr:' || pairs.emr_payment_id, 'billing:' || billing.billing_payment_id) as unit_key,
    'billing' as side,
    billing.billing_payment_id as payment_id,
    case
        when pairs.billing_role is not null then pairs.billing_role
        when copies.billing_payment_id is not null then 'copy'
        when billing.billing_payment_id in (select contested.billing_payment_id from contested) then 'contested'
        else 'payment'
    end as payment_role,
    billing.location_id,
    billing.patient_id,
    billing.charge_type_key,
    billing.clinic_on,
    billing.deposit_on,
    billing.posting_on,
    billing.is_integration as is_in_standard_view,
    {{ money('-billing.amount') }} as amount
from {{ ref('int_balancing__open_billing_payments') }} as billing
left join pairs
    on billing.billing_payment_id = pairs.billing_payment_id
left join {{ ref('int_balancing__copies') }} as copies
    on billing.billing_payment_id = copies.billing_payment_id
