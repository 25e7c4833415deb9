{{ config(materialized='table') }}

{% set paired = [
    ref('int_balancing__identified_pairs'), ref('int_balancing__same_day_pairs'), ref('int_balancing__window_pairs')
] %}

with originals as (
    select distinct
        billing.patient_id,
        billing.location_id,
        billing.charge_type_key,
        billing.amount,
        billing.deposit_on,
        billing.posting_on
    from {{ ref('int_balancing__billing_payments') }} as billing
    inner join (
        select billing_payment_id from {{ ref('int_balancing__identified_pairs') }}
        where is_the_payment
        union all
        select billing_payment_id from {{ ref('int_balancing__same_day_pairs') }}
        union all
        select billing_payment_id from {{ ref('int_balancing__window_pairs') }}
        where not is_contested
    ) as pairs
        on billing.billing_payment_id = pairs.billing_payment_id
),

open_billing as (
    {{ still_unpaired(
        ref('int_balancing__billing_payments'), 'billing_payment_id', paired,
        'candidates.is_integration and candidates.emr_payment_id is null'
    ) | indent(4) }}
)

select open_billing.billing_payment_id
from open_billing
inner join originals
    using (patient_id, location_id, charge_type_key, amount)
where
    open_billing.deposit_on = originals.deposit_on
    or open_billing.posting_on = originals.posting_on
group by open_billing.billing_payment_id

union all

select billing_payment_id
from {{ ref('int_balancing__identified_pairs') }}
where not is_the_payment
