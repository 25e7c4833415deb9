{{ config(materialized='table') }}

{% set paired = [
    ref('int_balancing__identified_pairs'), ref('int_balancing__same_day_pairs'), ref('int_balancing__window_pairs'),
    ref('int_balancing__closed_amount_pairs')
] %}

with open_billing as (
    {{ still_unpaired(
        ref('int_balancing__open_billing_payments'), 'billing_payment_id', paired,
        'candidates.is_integration and candidates.emr_payment_id is null'
    ) | indent(4) }}
),

pairs as (
    select billing_payment_id from {{ ref('int_balancing__identified_pairs') }}
    where is_the_payment
    union all
    select billing_payment_id from {{ ref('int_balancing__same_day_pairs') }}
    union all
    select billing_payment_id from {{ ref('int_balancing__window_pairs') }}
    where not is_contested
    union all
    select billing_payment_id from {{ ref('int_balancing__closed_amount_pairs') }}
    where not is_contested
),

-- What is not open is paired, and what is open may be.
unpaired as (
    select billing.billing_payment_id
    from {{ ref('int_balancing__open_billing_payments') }} as billing
    where billing.billing_payment_id not in (
        select pairs.billing_payment_id from pairs
        where pairs.billing_payment_id is not null
    )
)

select open_billing.billing_payment_id
from open_billing
inner join {{ ref('int_balancing__billing_payments') }} as originals
    on
        open_billing.patient_id = originals.patient_id
        and open_billing.location_id = originals.location_id
        and open_billing.charge_type_key = originals.charge_type_key
        and open_billing.amount = originals.amount
        and (open_billing.deposit_on = originals.deposit_on or open_billing.posting_on = originals.posting_on)
where originals.billing_payment_id not in (select unpaired.billing_payment_id from unpaired)
group by open_billing.billing_payment_id

union all

select billing_payment_id
from {{ ref('int_balancing__identified_pairs') }}
where not is_the_payment
