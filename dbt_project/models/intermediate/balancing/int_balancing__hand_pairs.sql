{{ config(materialized='table') }}

{% set paired = [
    ref('int_balancing__identified_pairs'), ref('int_balancing__same_day_pairs'), ref('int_balancing__window_pairs'),
    ref('int_balancing__closed_amount_pairs'), ref('int_balancing__closed_month_adjustments'),
    ref('int_balancing__near_pairs')
] %}

-- What people typed into billing is looked at last, so that it never takes the place of an imported payment.
with open_emr as (
    {{ still_unpaired(
        ref('int_balancing__open_emr_payments'), 'emr_payment_id', paired,
        "candidates.is_paid and candidates.flow <> 'internal_payment'"
    ) | indent(4) }}
),

open_billing as (
    {{ still_unpaired(
        ref('int_balancing__open_billing_payments'), 'billing_payment_id', paired,
        'not candidates.is_integration and candidates.emr_payment_id is null'
    ) | indent(4) }}
),

{{ windowed_pairs(
    ['patient_id', 'location_id', 'amount'],
    also_equal='emr_groups.charge_type_key = billing_groups.charge_type_key'
) }}
