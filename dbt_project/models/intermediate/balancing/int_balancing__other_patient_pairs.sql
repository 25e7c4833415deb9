{{ config(materialized='table') }}

{% set paired = [
    ref('int_balancing__identified_pairs'), ref('int_balancing__same_day_pairs'), ref('int_balancing__window_pairs'),
    ref('int_balancing__closed_amount_pairs'), ref('int_balancing__closed_month_adjustments'),
    ref('int_balancing__near_pairs'), ref('int_balancing__hand_pairs')
] %}

-- Another patient is the weakest likeness: it counts last, only where the payment has no other reason to be missing,
-- and only where there is exactly one candidate on each side.
with open_emr as (
    {{ still_unpaired(
        ref('int_balancing__open_emr_payments'), 'emr_payment_id', paired,
        "candidates.is_paid and candidates.flow = 'flows'"
    ) | indent(4) }}
),

open_billing as (
    {{ still_unpaired(
        ref('int_balancing__open_billing_payments'), 'billing_payment_id', paired + [ref('int_balancing__copies')],
        'candidates.is_integration and candidates.emr_payment_id is null'
    ) | indent(4) }}
),

emr_sides as (
    select
        location_id,
        charge_type_key,
        amount,
        transaction_on as balanced_on,
        min(emr_payment_id) as emr_payment_id
    from open_emr
    group by location_id, charge_type_key, amount, transaction_on
    having count(*) = 1
),

billing_sides as (
    select
        location_id,
        charge_type_key,
        amount,
        clinic_on as balanced_on,
        min(billing_payment_id) as billing_payment_id
    from open_billing
    group by location_id, charge_type_key, amount, clinic_on
    having count(*) = 1
)

select
    emr_sides.emr_payment_id,
    billing_sides.billing_payment_id
from emr_sides
inner join billing_sides
    using (location_id, charge_type_key, amount, balanced_on)
