{{ config(materialized='table') }}

{% set paired = [
    ref('int_balancing__identified_pairs'), ref('int_balancing__same_day_pairs'), ref('int_balancing__window_pairs')
] %}

-- The integration does not carry a change to a closed month, so billing still holds what the payment was at the close.
with open_emr as (
    {{ still_unpaired(
        ref('int_balancing__open_emr_payments'), 'emr_payment_id', paired,
        "candidates.change_kind in ('edited', 'deleted')",
        columns='candidates.* replace (candidates.closed_amount as amount)'
    ) | indent(4) }}
),

open_billing as (
    {{ still_unpaired(
        ref('int_balancing__open_billing_payments'), 'billing_payment_id', paired,
        'candidates.is_integration and candidates.emr_payment_id is null'
    ) | indent(4) }}
),

{{ windowed_pairs(['patient_id', 'location_id', 'amount', 'charge_type_key']) }}
