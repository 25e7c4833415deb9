with adjusted as (
    select
        claim_payment_key,
        {{ sum_or_zero('amount', "adjustment_class = 'contractual_write_off'") }} as contractual_amount,
        {{ sum_or_zero('amount', "adjustment_class = 'denial'") }} as denied_amount,
        {{ sum_or_zero('amount', "adjustment_class = 'patient_responsibility'") }} as patient_amount,
        {{ sum_or_zero('amount') }} as adjustment_amount,
        bool_or(is_denial) as has_denial
    from {{ ref('era_adjustments') }}
    group by claim_payment_key
),

lines_left as (
    select
        claim_payment_key,
        count(*) as unmatched_line_count,
        {{ sum_or_zero('paid_amount') }} as unmatched_line_amount
    from {{ ref('era_service_lines') }}
    where outcome = 'unmatched'
    group by claim_payment_key
),

-- Which payer answered first, and how often the claim was answered, is told by the remittances that count.
in_order as (
    select
        claim_payments.claim_payment_key,
        row_number() over (
            partition by matches.claim_id
            order by claim_payments.remittance_order, claim_payments.claim_position
        ) as answer_number,
        count(*) over (partition by matches.claim_id) as answer_count,
        min(
            case
                when
                    claim_payments.payer_rank = 'primary'
                    or claim_payments.answer = 'denial'
                    then claim_payments.payment_on
            end
        ) over (partition by matches.claim_id) as first_primary_on,
        -- In the order of the alphabet too, the first payer stands before the second and the second before the third.
        max(claim_payments.payer_rank) over (partition by matches.claim_id) as last_payer_rank
    from {{ ref('int_era__claim_payments') }} as claim_payments
    inner join {{ ref('int_era__claim_matches') }} as matches
        on claim_payments.claim_payment_key = matches.claim_payment_key
    where
        claim_payments.is_counted
        and matches.claim_id is not null
),

-- What a reversal takes back is known to its original, and its correction, as well.
reversed as (
    select
        original_key as claim_payment_key,
        min(claim_payment_key) as reversal_key
    from {{ ref('int_era__reversals') }}
    where original_key is not null
    group by original_key
),

corrected as (
    select
        correction_key as claim_payment_key,
        min(claim_payment_key) as reversal_key
    from {{ ref('int_era__reversals') }}
    where correction_key is not null
    group by correction_key
),

pieces as (
    select
        claim_payments.claim_payment_key,
        case
            when claim_payments.is_counted and matches.outcome = 'matched'
                then
                    coalesce(claim_payments.paid_amount, 0)
                    - case
                        when claim_payments.paid_amount is null then 0
                        else coalesce(lines_left.unmatched_line_amount, 0)
                    end
            else 0
        end as applied_amount,
        case
            when claim_payments.is_counted and matches.outcome = 'legacy'
                then coalesce(claim_payments.paid_amount, 0)
            else 0
        end as disbursed_amount
    from {{ ref('int_era__claim_payments') }} as claim_payments
    inner join {{ ref('int_era__claim_matches') }} as matches
        on claim_payments.claim_payment_key = matches.claim_payment_key
    left join lines_left
        on claim_payments.claim_payment_key = lines_left.claim_payment_key
)

select
    claim_payments.claim_payment_key,
    claim_payments.remittance_key,
    claim_payments.claim_position,
    claim_payments.payer_key,
    claim_payments.trace_number,
    claim_payments.payment_on,
    claim_payments.is_counted,
    claim_payments.claim_identifier,
    claim_payments.payer_claim_control_number,
    claim_payments.status_code,
    claim_payments.answer,
    claim_payments.payer_rank,
    claim_payments.is_forwarded,
    claim_payments.crossover_carrier_name,
    claim_payments.service_on,
    claim_payments.line_count,
    coalesce(lines_left.unmatched_line_count, 0) as unmatched_line_count,
    claim_payments.charge_amount,
    {{ money('coalesce(adjusted.contractual_amount, 0)') }} as contractual_amount,
    {{ money('coalesce(adjusted.denied_amount, 0)') }} as denied_amount,
    {{ money('coalesce(adjusted.patient_amount, 0)') }} as patient_amount,
    {{ money(
        'coalesce(adjusted.adjustment_amount - adjusted.contractual_amount'
        ~ ' - adjusted.denied_amount - adjusted.patient_amount, 0)'
    ) }} as other_adjustment_amount,
    claim_payments.paid_amount,
    claim_payments.patient_responsibility_amount,
    claim_payments.interest_amount,
    claim_payments.answer = 'denial' or coalesce(adjusted.has_denial and claim_payments.paid_amount = 0, false)
        as is_denied,
    matches.outcome,
    matches.claim_id,
    matches.match_method,
    matches.unmatched_reason,
    matches.nearest_claim_id,
    matches.nearest_claim_difference,
    our_claims.patient_id,
    our_claims.location_id,
    our_claims.charge_amount as our_charge_amount,
    coalesce(our_claims.voided_on <= claim_payments.payment_on, false) as is_claim_void,
    {{ money('pieces.applied_amount') }} as applied_amount,
    {{ money('pieces.disbursed_amount') }} as disbursed_amount,
    {{ money(
        'coalesce(claim_payments.paid_amount, 0) - pieces.applied_amount - pieces.disbursed_amount'
    ) }} as unapplied_amount,
    in_order.answer_number,
    in_order.answer_count,
    reversals.original_key as reverses_key,
    coalesce(reversed.reversal_key, corrected.reversal_key) as reversal_key,
    case
        when claim_payments.answer = 'reversal' and claim_payments.is_counted
            then case when reversals.original_key is null then 'orphan' else 'paired' end
        when corrected.reversal_key is not null and reversed.reversal_key is not null then 'correction_reversed'
        when corrected.reversal_key is not null then 'correction'
        when reversed.reversal_key is not null then 'reversed'
    end as reversal_role,
    reversals.orphan_reason,
    reversals.nearest_key as nearest_original_key,
    reversals.correction_key,
    reversals.corrected_on,
    case
        when claim_payments.answer = 'reversal' and claim_payments.is_counted and reversals.correction_key is null
            then {{ days_between('claim_payments.payment_on', as_of()) }}
    end as days_without_correction,
    case
        when in_order.claim_payment_key is null then null
        when coalesce(claim_payments.payer_rank, 'primary') = 'primary' then null
        when in_order.first_primary_on is null then 'no_primary_seen'
        when in_order.first_primary_on > claim_payments.payment_on then 'before_primary'
        else 'after_primary'
    end as primary_timing,
    coalesce(
        claim_payments.is_forwarded
        and claim_payments.answer <> 'reversal'
        and in_order.claim_payment_key is not null
        and coalesce(in_order.last_payer_rank <= claim_payments.payer_rank, true),
        false
    ) as awaits_next_payer,
    claim_payments.file_hash,
    claim_payments.row_number,
    claim_payments.load_id
from {{ ref('int_era__claim_payments') }} as claim_payments
inner join {{ ref('int_era__claim_matches') }} as matches
    on claim_payments.claim_payment_key = matches.claim_payment_key
inner join pieces
    on claim_payments.claim_payment_key = pieces.claim_payment_key
left join {{ ref('stg_billing__claims') }} as our_claims
    on matches.claim_id = our_claims.claim_id
left join adjusted
    on claim_payments.claim_payment_key = adjusted.claim_payment_key
left join lines_left
    on claim_payments.claim_payment_key = lines_left.claim_payment_key
left join in_order
    on claim_payments.claim_payment_key = in_order.claim_payment_key
left join {{ ref('int_era__reversals') }} as reversals
    on claim_payments.claim_payment_key = reversals.claim_payment_key
left join reversed
    on claim_payments.claim_payment_key = reversed.claim_payment_key
left join corrected
    on claim_payments.claim_payment_key = corrected.claim_payment_key
