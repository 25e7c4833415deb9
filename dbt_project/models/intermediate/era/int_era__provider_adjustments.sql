{{ config(materialized='table') }}

with adjustments as (
    select
        standings.remittance_key,
        standings.payer_key,
        standings.payment_on,
        standings.remittance_order,
        standings.standing = 'counted' as is_counted,
        adjustments.*,
        nullif(regexp_replace(upper(adjustments.reference), '[^A-Z0-9]', '', 'g'), '') as bare_reference,
        reasons.label as reason_label,
        coalesce(reasons.ledger_kind, 'unknown') as ledger_kind
    from {{ ref('stg_era__provider_adjustments') }} as adjustments
    inner join {{ ref('int_era__standings') }} as standings
        on {{ same_remittance('adjustments', 'standings') }}
    left join {{ ref('provider_adjustment_reasons') }} as reasons
        on upper(trim(adjustments.reason_code)) = reasons.reason_code
),

-- A reference may be a number alone, or several of them written together, such as patient, day and claim.
words as (
    select distinct
        file_hash,
        segment_number,
        pair_position,
        payer_key,
        unnest(list_append(string_split_regex(upper(reference), '[^A-Z0-9]+'), bare_reference)) as word
    from adjustments
    where bare_reference is not null
),

numbers as (
    select
        null as payer_key,
        regexp_replace(upper(claim_id), '[^A-Z0-9]', '', 'g') as word,
        claim_id
    from {{ ref('stg_billing__claims') }}
    where created_on <= {{ as_of() }}

    union

    select
        claim_payments.payer_key,
        regexp_replace(upper(claim_payments.payer_claim_control_number), '[^A-Z0-9]', '', 'g') as word,
        matches.claim_id
    from {{ ref('int_era__claim_payments') }} as claim_payments
    inner join {{ ref('int_era__claim_matches') }} as matches
        on claim_payments.claim_payment_key = matches.claim_payment_key
    where matches.claim_id is not null
),

named as (
    select
        words.file_hash,
        words.segment_number,
        words.pair_position,
        min(numbers.claim_id) as claim_id,
        count(distinct numbers.claim_id) as claim_count
    from words
    inner join numbers
        on
            words.word = numbers.word
            and (numbers.payer_key is null or words.payer_key = numbers.payer_key)
    where length(words.word) >= 4
    group by words.file_hash, words.segment_number, words.pair_position
)

select
    adjustments.remittance_key,
    adjustments.segment_number,
    adjustments.pair_position,
    adjustments.payer_key,
    adjustments.payment_on,
    adjustments.remittance_order,
    adjustments.is_counted,
    adjustments.provider_identifier,
    adjustments.fiscal_period_on,
    adjustments.reason_code,
    adjustments.reason_label,
    adjustments.ledger_kind,
    adjustments.reference,
    -- Interest is owed remittance by remittance; what has no reference can be matched with nothing.
    concat_ws(
        '|',
        adjustments.payer_key,
        adjustments.ledger_kind,
        case
            when adjustments.ledger_kind = 'interest' and upper(adjustments.reason_code) = 'L6'
                then adjustments.remittance_key
            when adjustments.bare_reference is null
                then
                    adjustments.remittance_key || '|' || cast(adjustments.segment_number as varchar)
                    || '|' || cast(adjustments.pair_position as varchar)
            else adjustments.bare_reference
        end
    ) as item_key,
    adjustments.amount,
    case when named.claim_count = 1 then named.claim_id end as claim_id,
    coalesce(named.claim_count, 0) as claim_count,
    adjustments.file_hash,
    adjustments.row_number,
    adjustments.load_id
from adjustments
left join named
    on
        adjustments.file_hash = named.file_hash
        and adjustments.segment_number = named.segment_number
        and adjustments.pair_position = named.pair_position
