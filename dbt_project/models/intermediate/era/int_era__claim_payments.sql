{{ config(materialized='table') }}

with lines as (
    select
        file_hash,
        interchange_position,
        transaction_position,
        claim_position,
        count(*) as line_count,
        min(coalesce(service_on, service_from_on)) as first_service_on
    from {{ ref('stg_era__service_lines') }}
    group by file_hash, interchange_position, transaction_position, claim_position
),

interest as (
    select
        file_hash,
        interchange_position,
        transaction_position,
        claim_position,
        {{ sum_or_zero('amount') }} as interest_amount
    from {{ ref('stg_era__amounts') }}
    where
        qualifier = 'I'
        and claim_position is not null
        and line_position is null
    group by file_hash, interchange_position, transaction_position, claim_position
)

select
    standings.remittance_key || '|' || cast(claims.claim_position as varchar) as claim_payment_key,
    standings.remittance_key,
    claims.file_hash,
    claims.interchange_position,
    claims.transaction_position,
    claims.claim_position,
    standings.payer_key,
    standings.trace_number,
    standings.payment_on,
    standings.remittance_order,
    standings.standing = 'counted' as is_counted,
    claims.claim_identifier,
    upper(trim(claims.claim_identifier)) as claim_number,
    regexp_replace(upper(claims.claim_identifier), '[^A-Z0-9]', '', 'g') as bare_claim_number,
    claims.payer_claim_control_number,
    claims.status_code,
    claims.charge_amount,
    claims.paid_amount,
    claims.patient_responsibility_amount,
    claims.crossover_carrier_name,
    coalesce(claims.service_from_on, lines.first_service_on) as service_on,
    coalesce(lines.line_count, 0) as line_count,
    {{ money('coalesce(interest.interest_amount, 0)') }} as interest_amount,
    case
        when claims.status_code = '22' then 'reversal'
        when claims.status_code = '25' then 'predetermination'
        when claims.status_code = '23' then 'forwarded_unpaid'
        when claims.status_code = '4' then 'denial'
        when claims.paid_amount = 0 then 'zero_payment'
        else 'payment'
    end as answer,
    case
        when claims.status_code in ('1', '19') then 'primary'
        when claims.status_code in ('2', '20') then 'secondary'
        when claims.status_code in ('3', '21') then 'tertiary'
    end as payer_rank,
    claims.status_code in ('19', '20', '21', '23') or claims.crossover_carrier_name is not null as is_forwarded,
    claims.row_number,
    claims.load_id
from {{ ref('stg_era__claims') }} as claims
inner join {{ ref('int_era__standings') }} as standings
    on {{ same_remittance('claims', 'standings') }}
left join lines
    on
        {{ same_remittance('claims', 'lines') }}
        and claims.claim_position = lines.claim_position
left join interest
    on
        {{ same_remittance('claims', 'interest') }}
        and claims.claim_position = interest.claim_position
