{{ config(materialized='table') }}

with claims as (
    select
        file_hash,
        interchange_position,
        transaction_position,
        count(*) as claim_count,
        {{ sum_or_zero('charge_amount') }} as claim_charge_amount,
        {{ sum_or_zero('paid_amount') }} as claim_paid_amount,
        count(*) - count(paid_amount) as claim_paid_absent_count
    from {{ ref('stg_era__claims') }}
    group by file_hash, interchange_position, transaction_position
),

lines as (
    select
        file_hash,
        interchange_position,
        transaction_position,
        count(*) as service_line_count
    from {{ ref('stg_era__service_lines') }}
    group by file_hash, interchange_position, transaction_position
),

adjustments as (
    select
        file_hash,
        interchange_position,
        transaction_position,
        count(*) as adjustment_count
    from {{ ref('stg_era__adjustments') }}
    group by file_hash, interchange_position, transaction_position
),

provider_adjustments as (
    select
        file_hash,
        interchange_position,
        transaction_position,
        count(*) as provider_adjustment_count,
        {{ sum_or_zero('amount') }} as provider_adjustment_amount,
        count(*) - count(amount) as provider_adjustment_absent_count
    from {{ ref('stg_era__provider_adjustments') }}
    group by file_hash, interchange_position, transaction_position
)

select
    remittances.remittance_key,
    remittances.file_hash,
    remittances.interchange_position,
    remittances.transaction_position,
    remittances.payment_amount,
    coalesce(claims.claim_count, 0) as claim_count,
    coalesce(lines.service_line_count, 0) as service_line_count,
    coalesce(adjustments.adjustment_count, 0) as adjustment_count,
    coalesce(provider_adjustments.provider_adjustment_count, 0) as provider_adjustment_count,
    {{ money('coalesce(claims.claim_charge_amount, 0)') }} as claim_charge_amount,
    {{ money('coalesce(claims.claim_paid_amount, 0)') }} as claim_paid_amount,
    {{ money('coalesce(provider_adjustments.provider_adjustment_amount, 0)') }} as provider_adjustment_amount,
    coalesce(claims.claim_paid_absent_count, 0) as claim_paid_absent_count,
    coalesce(provider_adjustments.provider_adjustment_absent_count, 0) as provider_adjustment_absent_count
from {{ ref('stg_era__remittances') }} as remittances
left join claims
    on {{ same_remittance('remittances', 'claims') }}
left join lines
    on {{ same_remittance('remittances', 'lines') }}
left join adjustments
    on {{ same_remittance('remittances', 'adjustments') }}
left join provider_adjustments
    on {{ same_remittance('remittances', 'provider_adjustments') }}
